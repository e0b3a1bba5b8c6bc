package org.clockwork.core.workload;

import java.util.List;
import org.clockwork.core.trace.Mapping;
import org.clockwork.core.trace.Trace;
import org.clockwork.core.trace.Traces;
import org.clockwork.core.workload.Course.Step;
import org.clockwork.core.workload.Course.Stepped;

/** The published workloads that replay a trace of Azure Functions. */
final class TraceWorkloads {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int MINUTE_SECONDS = 60;
  private static final int DAY_SECONDS = 86_400;
  private static final int WORKERS_MAX = 10_000;
  private static final int LOAD_FACTOR_MAX = 1_000;

  /** Published: what one worker can take of the trace at a load factor of 1. */
  private static final double SCALE_PER_WORKER = 0.125;

  /** Published, by memory load factor from 1: copies of each kind. */
  private static final int[] COPIES_EACH = {3, 13, 29, 66};

  /** Published, by memory load factor from 1: copies where all are of one kind. */
  private static final int[] COPIES_OF_ONE = {200, 800, 1_800, 4_000};

  private static final int SMALL_COPIES_EACH = 3;
  private static final int HALF_MODELS = 3_100;

  private static final Parameter WORKERS =
      Parameter.count("num_workers", WORKERS_MAX, "workers that the load is scaled to");
  private static final Parameter MEMORY =
      Parameter.count(
          "memory_load_factor",
          COPIES_EACH.length,
          "3, 13, 29 or 66 copies of each kind, or 200, 800, 1800 or 4000 of one");

  /** Ours, after the published ones. */
  private static final Parameter SHUFFLE =
      Parameter.flag(
              "shuffle",
              "1: functions are dealt to models at random; 0: as published, the hottest to the first"
                  + " models")
          .orElse("1");

  static final List<WorkloadKind> ALL =
      List.of(
          new WorkloadKind(
              "azure",
              List.of(
                  WORKERS.orElse("1"),
                  Parameter.flag(
                          "use_all_models",
                          "1: every kind of the zoo; 0: the model of --model alone")
                      .orElse("1"),
                  Parameter.number(
                          "load_factor", LOAD_FACTOR_MAX, "requests, as a multiple of the usual")
                      .orElse("1.0"),
                  MEMORY.orElse("4"),
                  Parameter.count(
                          "interval", DAY_SECONDS, "seconds that each minute of the trace lasts")
                      .orElse("60"),
                  Parameter.count("trace", Traces.DAYS, "day of the trace").orElse("1"),
                  Parameter.flag(
                          "randomise",
                          "1: each function begins at a random minute; 0: all at the first")
                      .orElse("0"),
                  SHUFFLE),
              "a trace of Azure Functions, scaled to the workers: load_factor x 0.125 each",
              TraceWorkloads::azure),
          new WorkloadKind(
              "azure_half",
              List.of(SHUFFLE),
              "azure unscaled, 3100 models over all kinds",
              TraceWorkloads::half),
          new WorkloadKind(
              "azure_small",
              List.of(),
              "azure unscaled, 3 copies of each kind, functions to models in turn",
              (name, _, choices) -> small(name, MINUTE_SECONDS, false, choices)),
          new WorkloadKind(
              "azure_single",
              List.of(),
              "the hottest function of a trace, to one model, a second for each minute",
              TraceWorkloads::single),
          new WorkloadKind(
              "azure_fast",
              List.of(),
              "azure_small, a second for each minute, each function from a random minute on",
              (name, _, choices) -> small(name, 1, true, choices)),
          new WorkloadKind(
              "azure_scalability_exp",
              List.of(
                  WORKERS,
                  Parameter.number("load_factor_min", LOAD_FACTOR_MAX, "the load factor at first"),
                  Parameter.number("load_factor_max", LOAD_FACTOR_MAX, "where the run ends"),
                  Parameter.number("load_factor_inc", LOAD_FACTOR_MAX, "added after each period"),
                  Parameter.count("period", DAY_SECONDS, "seconds"),
                  MEMORY,
                  SHUFFLE),
              "azure with a load factor that grows step by step",
              TraceWorkloads::scalability));

  private TraceWorkloads() {}

  private static Workload azure(String name, Parameters parameters, Choices choices) {
    int memory = parameters.count("memory_load_factor") - 1;
    Instances instances =
        parameters.count("use_all_models") == 1
            ? Instances.ofEveryKind(COPIES_EACH[memory])
            : Instances.of(choices.model(), COPIES_OF_ONE[memory]);
    TraceReplay replay =
        new TraceReplay(
            mapping(parameters),
            parameters.number("load_factor") * scale(parameters),
            parameters.count("interval") * SECOND_NANOS,
            parameters.count("randomise") == 1,
            Course.constant(1));
    Trace trace = choices.traces().day(parameters.count("trace"));
    return replay.workload(name, instances, trace, choices);
  }

  private static Workload scalability(String name, Parameters parameters, Choices choices) {
    Course loadFactor =
        new Stepped(
            parameters.number("load_factor_min"),
            Step.ADD,
            parameters.number("load_factor_inc"),
            parameters.number("load_factor_max"),
            parameters.count("period") * SECOND_NANOS);
    TraceReplay replay =
        new TraceReplay(
            mapping(parameters),
            scale(parameters),
            MINUTE_SECONDS * SECOND_NANOS,
            false,
            loadFactor);
    Instances instances =
        Instances.ofEveryKind(COPIES_EACH[parameters.count("memory_load_factor") - 1]);
    return replay.workload(name, instances, choices.traces().day(1), choices);
  }

  private static Workload half(String name, Parameters parameters, Choices choices) {
    return unscaled(mapping(parameters), MINUTE_SECONDS, false)
        .workload(name, Instances.spreadOverKinds(HALF_MODELS), choices.traces().day(1), choices);
  }

  private static Workload small(
      String name, int intervalSeconds, boolean startsAnywhere, Choices choices) {
    return unscaled(Mapping.IN_TURN, intervalSeconds, startsAnywhere)
        .workload(name, Instances.ofEveryKind(SMALL_COPIES_EACH), choices.traces().day(1), choices);
  }

  private static Workload single(String name, Parameters parameters, Choices choices) {
    Trace hottest = new Trace(choices.traces().day(1).functions().subList(0, 1));
    return unscaled(Mapping.IN_TURN, 1, false)
        .workload(name, Instances.of(choices.model(), 1), hottest, choices);
  }

  private static TraceReplay unscaled(
      Mapping mapping, int intervalSeconds, boolean startsAnywhere) {
    return new TraceReplay(
        mapping, 1, intervalSeconds * SECOND_NANOS, startsAnywhere, Course.constant(1));
  }

  private static double scale(Parameters parameters) {
    return SCALE_PER_WORKER * parameters.count("num_workers");
  }

  private static Mapping mapping(Parameters parameters) {
    return parameters.count("shuffle") == 1 ? Mapping.SHUFFLED : Mapping.HOTTEST_FIRST;
  }
}
