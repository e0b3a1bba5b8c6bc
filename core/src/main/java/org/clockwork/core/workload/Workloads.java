package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.clockwork.core.workload.ArrivalProcess.BurstyClosed;
import org.clockwork.core.workload.ArrivalProcess.BurstyOpen;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.FixedRate;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;

/** The workloads that can be asked for by name, as published. */
public final class Workloads {
  /** As many as a controller registers unless its configuration says otherwise. */
  static final int MODELS_MAX = 10_000;

  static final int CONCURRENCY_MAX = 100_000;

  private static final int SPAM_COPIES = 100;
  private static final int SPAM_CONCURRENCY = 100;
  private static final int SINGLE_SPAM_CONCURRENCY = 1_000;

  private static final double EXAMPLE_FIXED_PER_SECOND = 5;
  private static final double EXAMPLE_PER_SECOND = 10;
  private static final Bursts EXAMPLE_BURSTS = Bursts.exponential(10_000_000_000L, 20_000_000_000L);

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
              "example",
              List.of(),
              "every model of the zoo: 5/s evenly, 10/s Poisson, 10/s in bursts, and closed loops of"
                  + " 1, one of them in bursts",
              Workloads::example),
          new WorkloadKind(
              "spam",
              List.of(Parameter.model("model").orElse(Choices.PUBLISHED.model())),
              "100 copies, closed loop of 100 each",
              Workloads::spam),
          new WorkloadKind(
              "single-spam",
              List.of(
                  Parameter.count("num_models", MODELS_MAX, "the number of copies").orElse("1")),
              "closed loop of 1000 for each copy",
              (name, parameters, choices) ->
                  eachAlone(
                      name,
                      new Copies(choices.model(), parameters.count("num_models")),
                      ClosedLoop.of(SINGLE_SPAM_CONCURRENCY),
                      choices)),
          new WorkloadKind(
              "fill_memory",
              List.of(),
              "411 copies, Poisson: 1 at 1000/s, 10 at 10/s and 400 at 1/s",
              Workloads::fillMemory),
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
      List.of(MADE_UP, SteppedWorkloads.ALL, TraceWorkloads.ALL).stream()
          .flatMap(List::stream)
          .toList();

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

  private static Workload spam(String name, Parameters parameters, Choices choices) {
    String model = parameters.has("model") ? parameters.word("model") : choices.model();
    return eachAlone(
        name, new Copies(model, SPAM_COPIES), ClosedLoop.of(SPAM_CONCURRENCY), choices);
  }

  private static Workload example(String name, Parameters parameters, Choices choices) {
    List<ArrivalProcess> each =
        List.of(
            new FixedRate(Course.constant(EXAMPLE_FIXED_PER_SECOND)),
            new Poisson(Course.constant(EXAMPLE_PER_SECOND)),
            new BurstyOpen(Distribution.EXPONENTIAL, EXAMPLE_PER_SECOND, EXAMPLE_BURSTS),
            ClosedLoop.of(1),
            new BurstyClosed(1, EXAMPLE_BURSTS));
    Instances zoo = Instances.ofEveryKind(1);
    List<Stream> streams = new ArrayList<>();
    for (String model : zoo.names()) {
      for (ArrivalProcess arrivals : each) {
        streams.add(new Stream(List.of(model), arrivals, choices.aim(), choices.tenant()));
      }
    }
    return new Workload(name, zoo.copies(), streams);
  }

  private static Workload fillMemory(String name, Parameters parameters, Choices choices) {
    SequencedMap<Double, Integer> modelsByRate = new LinkedHashMap<>();
    modelsByRate.put(1_000.0, 1);
    modelsByRate.put(10.0, 10);
    modelsByRate.put(1.0, 400);
    Copies copies =
        new Copies(choices.model(), modelsByRate.values().stream().mapToInt(each -> each).sum());
    List<Stream> streams = new ArrayList<>();
    modelsByRate.forEach(
        (perSecond, models) -> {
          for (int i = 0; i < models; i++) {
            streams.add(
                new Stream(
                    List.of(copies.names().get(streams.size())),
                    new Poisson(Course.constant(perSecond)),
                    choices.aim(),
                    choices.tenant()));
          }
        });
    return new Workload(name, List.of(copies), streams);
  }

  /** A stream of its own for each copy. */
  static Workload eachAlone(String name, Copies copies, ArrivalProcess arrivals, Choices choices) {
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
