package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;

/** The workloads that can be asked for by name, as published. */
public final class Workloads {
  /** As many as a controller registers unless its configuration says otherwise. */
  private static final int MODELS_MAX = 10_000;

  private static final int CONCURRENCY_MAX = 100_000;

  private static final List<WorkloadKind> MADE_UP =
      List.of(
          new WorkloadKind(
              "simple", List.of(), "2 copies of a model, closed loop of 1 each", Workloads::simple),
          new WorkloadKind(
              "simple-parametric",
              List.of(
                  Parameter.count("models", MODELS_MAX, "the number of copies in all"),
                  Parameter.count("clients", MODELS_MAX, "the number of clients that share them"),
                  Parameter.count("concurrency", CONCURRENCY_MAX, "outstanding per client"),
                  Parameter.count("requests", 1_000_000_000, "requests per client, then it ends")),
              "models dealt out to clients, each a closed loop that ends after its requests",
              Workloads::simpleParametric),
          new WorkloadKind(
              "poisson-open-loop",
              List.of(
                  Parameter.count("num_models", MODELS_MAX, "the number of copies"),
                  Parameter.rate("rate", "requests per second in all")),
              "Poisson arrivals, the rate split evenly over the models",
              Workloads::poisson),
          new WorkloadKind(
              "comparison_experiment",
              List.of(
                  Parameter.count("num_models", MODELS_MAX, "the number of copies").orElse("15"),
                  Parameter.rate("rate", "requests per second in all").orElse("1000")),
              "the open-loop comparison of the paper: Poisson, the rate split evenly",
              Workloads::poisson),
          new WorkloadKind(
              "comparison_experiment2",
              List.of(
                  Parameter.count("num_models", MODELS_MAX, "the number of copies").orElse("15"),
                  Parameter.count("concurrency", CONCURRENCY_MAX, "outstanding per model")
                      .orElse("16")),
              "the closed-loop comparison of the paper: that many outstanding per model",
              Workloads::closed),
          new WorkloadKind(
              "bursty_experiment",
              List.of(
                  Parameter.count("num_models", MODELS_MAX - 1, "the number of copies")
                      .orElse("3600")),
              "1000/s over one model more each second, after 300 s, beside one model at 200/s",
              (name, parameters, choices) ->
                  BurstyExperiment.published(parameters.count("num_models"))
                      .workload(name, choices)));

  private static final List<WorkloadKind> ALL =
      List.of(MADE_UP, TraceWorkloads.ALL).stream().flatMap(List::stream).toList();

  private Workloads() {}

  public static List<WorkloadKind> all() {
    return ALL;
  }

  /**
   * The workload of that name.
   *
   * @throws IllegalArgumentException saying which name or parameter is wrong and what is expected
   */
  public static Workload named(String name, List<String> parameters, Choices choices) {
    return kind(name).with(parameters, choices);
  }

  /**
   * What is known of the workload of that name.
   *
   * @throws IllegalArgumentException there is none; the message lists those that are
   */
  public static WorkloadKind kind(String name) {
    return ALL.stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no workload '%s'; %s".formatted(name, thereAre())));
  }

  /** For messages: all names. */
  public static String thereAre() {
    return "there are " + ALL.stream().map(WorkloadKind::name).collect(Collectors.joining(", "));
  }

  private static Workload simple(String name, Parameters parameters, Choices choices) {
    return eachAlone(name, new Copies(choices.model(), 2), ClosedLoop.of(1), choices);
  }

  private static Workload simpleParametric(String name, Parameters parameters, Choices choices) {
    int models = parameters.count("models");
    int clients = parameters.count("clients");
    if (clients > models) {
      throw new IllegalArgumentException(
          "workload %s: clients=%d is more than models=%d; every client needs a model of its own"
              .formatted(name, clients, models));
    }
    Copies copies = new Copies(choices.model(), models);
    ClosedLoop loop =
        new ClosedLoop(parameters.count("concurrency"), parameters.count("requests"), 0);
    List<Stream> streams = new ArrayList<>();
    for (List<String> hand : dealt(copies.names(), clients)) {
      streams.add(new Stream(hand, loop, choices.aim(), choices.tenant()));
    }
    return new Workload(name, List.of(copies), streams);
  }

  private static Workload poisson(String name, Parameters parameters, Choices choices) {
    int models = parameters.count("num_models");
    return eachAlone(
        name,
        new Copies(choices.model(), models),
        new Poisson(Course.constant(parameters.rate("rate") / models)),
        choices);
  }

  private static Workload closed(String name, Parameters parameters, Choices choices) {
    return eachAlone(
        name,
        new Copies(choices.model(), parameters.count("num_models")),
        ClosedLoop.of(parameters.count("concurrency")),
        choices);
  }

  /** A stream of its own for each copy. */
  private static Workload eachAlone(
      String name, Copies copies, ArrivalProcess arrivals, Choices choices) {
    List<Stream> streams = new ArrayList<>();
    for (String model : copies.names()) {
      streams.add(new Stream(List.of(model), arrivals, choices.aim(), choices.tenant()));
    }
    return new Workload(name, List.of(copies), streams);
  }

  /** One after the other to each hand in turn, as cards are. */
  private static List<List<String>> dealt(List<String> models, int hands) {
    List<List<String>> dealt = new ArrayList<>();
    for (int hand = 0; hand < hands; hand++) {
      dealt.add(new ArrayList<>());
    }
    for (int i = 0; i < models.size(); i++) {
      dealt.get(i % hands).add(models.get(i));
    }
    return dealt;
  }
}
