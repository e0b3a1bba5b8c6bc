package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.FixedRate;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Course.Alternating;
import org.clockwork.core.workload.Course.Settling;
import org.clockwork.core.workload.Course.Step;
import org.clockwork.core.workload.Course.Stepped;
import org.clockwork.core.workload.Workload.Aim;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;

/** The published workloads whose objectives or rates change step by step. */
final class SteppedWorkloads {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int PERIOD_SECONDS_MAX = 86_400;
  private static final int FACTOR_MAX = 1_000_000;
  private static final List<String> ARRIVALS = List.of("poisson", "fixed-rate");
  private static final List<String> STEPS = List.of("add", "mul");

  /** Published: each factor of simple-slo-factor holds for so long. */
  private static final long SIMPLE_PERIOD_NANOS = 10 * SECOND_NANOS;

  /**
   * Where the factors of simple-slo-factor stop growing, for which the published ones have no
   * bound: an objective of more than an hour is none.
   */
  private static final double SIMPLE_FACTOR_MAX = 1_000;

  static final List<WorkloadKind> ALL =
      List.of(
          new WorkloadKind(
              "simple-slo-factor",
              List.of(),
              "3 copies, closed loop of 1 each, slo factor from 4 x 1.25, from 4 + 1, and 10 or 1,"
                  + " changing every 10 s",
              SteppedWorkloads::simple),
          new WorkloadKind(
              "slo-exp-1",
              foreground(""),
              "an open loop whose slo factor changes every period until it meets slo-end",
              SteppedWorkloads::tightening),
          new WorkloadKind(
              "slo-exp-2",
              both(
                  foreground("-fg"),
                  List.of(
                      Parameter.count("copies-bg", Workloads.MODELS_MAX, "copies beside them"),
                      Parameter.count(
                          "concurrency-bg",
                          Workloads.CONCURRENCY_MAX,
                          "outstanding for each of those"),
                      Parameter.number("slo-bg", FACTOR_MAX, "their slo factor"))),
              "slo-exp-1 beside closed loops whose objective stays as it is",
              SteppedWorkloads::tighteningBeside),
          new WorkloadKind(
              "scalability-exp-1",
              List.of(
                  Parameter.count("num_models", Workloads.MODELS_MAX, "the number of copies"),
                  Parameter.rate("rate-min", "requests per second in all, at first"),
                  Parameter.rate("rate-max", "where the run ends"),
                  Parameter.change("rate-factor", FACTOR_MAX, "what the rate is changed by"),
                  step("rate-op"),
                  period("period")),
              "Poisson arrivals, split evenly over the models, whose rate changes every period",
              SteppedWorkloads::ramp));

  private SteppedWorkloads() {}

  private static List<Parameter> foreground(String suffix) {
    return List.of(
        Parameter.model("model"),
        Parameter.count("copies" + suffix, Workloads.MODELS_MAX, "the number of copies"),
        Parameter.oneOf("dist" + suffix, ARRIVALS, "how requests arrive"),
        Parameter.rate("rate" + suffix, "requests per second, over all copies"),
        Parameter.number("slo-start" + suffix, FACTOR_MAX, "the slo factor at first"),
        Parameter.number("slo-end" + suffix, FACTOR_MAX, "where the run ends"),
        Parameter.change("slo-factor" + suffix, FACTOR_MAX, "what the slo factor is changed by"),
        step("slo-op" + suffix),
        period("period" + suffix));
  }

  private static Parameter step(String name) {
    return Parameter.oneOf(name, STEPS, "how it is changed");
  }

  private static Parameter period(String name) {
    return Parameter.number(name, PERIOD_SECONDS_MAX, "seconds from one change to the next");
  }

  private static List<Parameter> both(List<Parameter> some, List<Parameter> more) {
    List<Parameter> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static Workload simple(String name, Parameters parameters, Choices choices) {
    Copies copies = new Copies(choices.model(), 3);
    List<Course> factors =
        List.of(
            new Settling(new Stepped(4, Step.MUL, 1.25, SIMPLE_FACTOR_MAX, SIMPLE_PERIOD_NANOS)),
            new Settling(new Stepped(4, Step.ADD, 1, SIMPLE_FACTOR_MAX, SIMPLE_PERIOD_NANOS)),
            new Alternating(10, 1, SIMPLE_PERIOD_NANOS));
    List<Stream> streams = new ArrayList<>();
    for (int i = 0; i < factors.size(); i++) {
      streams.add(
          new Stream(
              List.of(copies.names().get(i)),
              ClosedLoop.of(1),
              new Aim.Factor(factors.get(i)),
              choices.tenant()));
    }
    return new Workload(name, List.of(copies), streams);
  }

  private static Workload tightening(String name, Parameters parameters, Choices choices) {
    Copies copies = new Copies(parameters.word("model"), parameters.count("copies"));
    return new Workload(name, List.of(copies), foreground(copies.names(), "", parameters, choices));
  }

  private static Workload tighteningBeside(String name, Parameters parameters, Choices choices) {
    int inFront = parameters.count("copies-fg");
    Copies copies = new Copies(parameters.word("model"), inFront + parameters.count("copies-bg"));
    List<String> names = copies.names();
    List<Stream> streams =
        new ArrayList<>(foreground(names.subList(0, inFront), "-fg", parameters, choices));
    for (String model : names.subList(inFront, names.size())) {
      streams.add(
          new Stream(
              List.of(model),
              ClosedLoop.of(parameters.count("concurrency-bg")),
              new Aim.Factor(Course.constant(parameters.number("slo-bg"))),
              choices.tenant()));
    }
    return new Workload(name, List.of(copies), streams);
  }

  private static List<Stream> foreground(
      List<String> models, String suffix, Parameters parameters, Choices choices) {
    Course perSecond = Course.constant(parameters.rate("rate" + suffix) / models.size());
    ArrivalProcess arrivals =
        parameters.word("dist" + suffix).equals("poisson")
            ? new Poisson(perSecond)
            : new FixedRate(perSecond);
    Aim aim =
        new Aim.Factor(
            stepped(parameters, "slo-start" + suffix, "slo-end" + suffix, "slo", suffix));
    List<Stream> streams = new ArrayList<>();
    for (String model : models) {
      streams.add(new Stream(List.of(model), arrivals, aim, choices.tenant()));
    }
    return streams;
  }

  private static Workload ramp(String name, Parameters parameters, Choices choices) {
    int models = parameters.count("num_models");
    Course share = Course.constant(1.0 / models);
    Course inAll = stepped(parameters, "rate-min", "rate-max", "rate", "");
    return Workloads.eachAlone(
        name,
        new Copies(choices.model(), models),
        new Poisson(new Course.Product(inAll, share)),
        choices);
  }

  private static Stepped stepped(
      Parameters parameters, String start, String end, String what, String suffix) {
    try {
      return new Stepped(
          parameters.number(start),
          parameters.word(what + "-op" + suffix).equals("add") ? Step.ADD : Step.MUL,
          parameters.number(what + "-factor" + suffix),
          parameters.number(end),
          Math.round(parameters.number("period" + suffix) * SECOND_NANOS));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s and %s: %s".formatted(start, end, e.getMessage()), e);
    }
  }
}
