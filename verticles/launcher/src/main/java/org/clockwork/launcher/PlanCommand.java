package org.clockwork.launcher;

import io.vertx.core.Future;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.ZooModels;
import org.clockwork.experiments.plan.Answer;
import org.clockwork.experiments.plan.Demand;
import org.clockwork.experiments.plan.Plan;
import org.clockwork.experiments.plan.Planner;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clockwork plan}: how many GPUs a load needs. */
@Command(
    name = "plan",
    description = {
      "Finds with the simulator how few GPUs serve a load, and how that changes with the load and the",
      "objective. Exit code 1 where not even --max-gpus are enough."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PlanCommand implements Callable<Integer> {
  private static final int ENOUGH = 0;
  private static final int TOO_FEW = 1;

  private static final double RATE_MAX = 1_000_000;
  private static final int GPUS_MAX = 4_096;
  private static final int PAGES_MAX = 1_000_000;
  private static final double SECONDS_MAX = 3_600;

  @Option(
      names = "--models",
      paramLabel = "NAME[:COPIES],...",
      split = ",",
      required = true,
      description = "Models of the zoo, and how many copies of each are served; 1 unless given.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--rate",
      paramLabel = "R",
      required = true,
      description = "Requests per second in all, split evenly over the copies.")
  private double perSecond;

  @Option(
      names = "--slo",
      paramLabel = "MS",
      required = true,
      description = "The objective of every request, in milliseconds.")
  private double sloMillis;

  @Option(
      names = "--met",
      paramLabel = "FRACTION",
      description = "So many of what is offered are to be answered in time; 0.999 unless given.")
  private double metWanted = 0.999;

  @Option(
      names = "--arrivals",
      paramLabel = "poisson|bursty",
      description =
          "As from many strangers, or each model in bursts: silent for 3 s on average, then four"
              + " times the rate for 1 s. poisson unless given.")
  private String arrivals = "poisson";

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "Which schedules; the default one unless given.")
  private String policy = Policies.DEFAULT;

  @Option(
      names = "--pages",
      paramLabel = "N",
      description = "Pages of 16 MiB that a GPU has for weights; 1376 unless given.")
  private int pages = Setting.PAGES;

  @Option(
      names = "--max-gpus",
      paramLabel = "N",
      description = "More are not tried; 256 unless given.")
  private int gpusMax = 256;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Measured in each trial; otherwise as long as it takes to tell, 10 to 120.")
  private Optional<Double> seconds = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all that is random; 1 unless given.")
  private long seed = 1;

  @Mixin private JsonResult json;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  PlanCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws InterruptedException {
    json.check();
    Demand demand = demand();
    PlayablePolicy playable = PlayablePolicy.named("--policy", policy);
    expect("--pages", pages, 1, PAGES_MAX);
    expect("--max-gpus", gpusMax, 1, GPUS_MAX);
    seconds.ifPresent(given -> expect("--seconds", given, 1, SECONDS_MAX));
    PrintWriter out = json.people();
    PlanReport report = new PlanReport(policy, seed, pages, gpusMax);
    out.println(report.head(demand));
    out.flush();
    Optional<Plan> plan =
        planned(demand, new Planner(playable.factory(), seed, pages, gpusMax, seconds));
    if (plan.isEmpty()) {
      spec.commandLine().getErr().println("Stopped before it was found");
      return TOO_FEW;
    }
    out.println(report.text(plan.get()));
    out.flush();
    json.write(report.json(plan.get()));
    return plan.get().asked().answer() instanceof Answer.Enough ? ENOUGH : TOO_FEW;
  }

  /** On a thread of its own, which Ctrl-C leaves to itself. */
  private Optional<Plan> planned(Demand demand, Planner planner) throws InterruptedException {
    try (Progress progress = Progress.of("questions answered", Planner.QUESTIONS)) {
      return interruption.await(
          Future.fromCompletionStage(
              CompletableFuture.supplyAsync(() -> planner.plan(demand, progress::to))));
    }
  }

  private Demand demand() {
    expect("--rate", perSecond, 0.001, RATE_MAX);
    expect("--slo", sloMillis, 0.001, GatewayConfig.DEFAULT.maxSloNanos() / 1e6);
    if (!(metWanted > 0 && metWanted <= 1)) {
      throw new UnusableException(
          "--met %s: expected a fraction above 0 and at most 1, such as 0.999"
              .formatted(metWanted));
    }
    return new Demand(
        wanted(), kindOfArrivals(), perSecond, Math.round(sloMillis * 1e6), metWanted);
  }

  private Demand.Arrivals kindOfArrivals() {
    for (Demand.Arrivals kind : Demand.Arrivals.values()) {
      if (kind.name().equalsIgnoreCase(arrivals)) {
        return kind;
      }
    }
    throw new UnusableException("--arrivals %s: expected poisson or bursty".formatted(arrivals));
  }

  /** Every mistake in the list is told, not the first alone. */
  private List<Demand.Wanted> wanted() {
    Map<String, Demand.Wanted> wanted = new LinkedHashMap<>();
    List<String> mistakes = new ArrayList<>();
    for (String text : models) {
      try {
        Demand.Wanted model = wanted(text.strip());
        if (wanted.put(model.model().name(), model) != null) {
          mistakes.add("%s: named twice; say it with copies".formatted(text));
        }
      } catch (IllegalArgumentException e) {
        mistakes.add("%s: %s".formatted(text, e.getMessage()));
      }
    }
    int copies = wanted.values().stream().mapToInt(Demand.Wanted::copies).sum();
    int most = SchedulerConfig.DEFAULT.maxModels();
    if (copies > most) {
      mistakes.add("%d copies in all; a controller serves at most %d".formatted(copies, most));
    }
    if (!mistakes.isEmpty()) {
      throw new UnusableException("--models " + String.join("; ", mistakes));
    }
    return List.copyOf(wanted.values());
  }

  private static Demand.Wanted wanted(String text) {
    int colon = text.lastIndexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String copies = colon < 0 ? "1" : text.substring(colon + 1);
    if (!copies.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException(
          "'%s' is no number of copies; expected 1 to 99999".formatted(copies));
    }
    return new Demand.Wanted(ZooModels.named(name), Integer.parseInt(copies));
  }

  private static void expect(String option, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new UnusableException(
          "%s %s: expected a number from %s to %s"
              .formatted(option, plain(value), plain(min), plain(max)));
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? "%d".formatted((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
