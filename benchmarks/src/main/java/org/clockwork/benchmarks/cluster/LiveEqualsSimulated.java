package org.clockwork.benchmarks.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.clockwork.benchmarks.cluster.Compared.Played;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.experiments.Cell;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Measurement;
import org.clockwork.experiments.Row;
import org.clockwork.experiments.Selection;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Table;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.Value;
import org.clockwork.launcher.replay.Measured;
import org.clockwork.launcher.replay.RecordedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The experiments on simulated GPUs in real time, and in the simulator, which is given the delays
 * that the live run had. Where both agree, what the simulator says of clusters that nobody here has
 * can be believed.
 */
@Command(name = "live-equals-simulated", mixinStandardHelpOptions = true)
public final class LiveEqualsSimulated extends ClusterBenchmark {
  /** Of more the load would go out late. */
  private static final double FACTOR_MAX = 20;

  private static final List<String> PLAYABLE = List.of("E1", "E3", "E7");

  @Parameters(
      arity = "0..*",
      split = ",",
      paramLabel = "NAME",
      description = "Of E1, E3 and E7, as simulate has them; all three.")
  private List<String> names = PLAYABLE;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PARAMETER=VALUE",
      description =
          "Only the points of that kind, such as slo_ms=100; otherwise those of which it is promised"
              + " that both agree.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--factors",
      split = ",",
      paramLabel = "FACTOR",
      description =
          "Instead of these points: what E7 plays, at such multiples of the 923/s that its GPU"
              + " attains, 0.7,0.95 for a load that it can carry.")
  private List<Double> factors = new ArrayList<>();

  @Option(names = "--seconds", description = "Measured at each point; 30.")
  private double seconds = 30;

  @Option(names = "--warmup", description = "Seconds before that; 10.")
  private double warmUpSeconds = 10;

  @Option(names = "--seed", description = "Of all that is random; 1.")
  private long seed = 1;

  @Option(names = "--delays", description = "Also print what the live runs took.")
  private boolean delays;

  @Spec private CommandSpec spec;

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    run(new LiveEqualsSimulated(), args);
  }

  /** A point of an experiment, and whether live and simulated must agree there. */
  private record Point(Experiment experiment, Cell cell, boolean promised) {}

  @Override
  protected void measure() throws Exception {
    List<Point> points = points();
    System.out.printf(
        Locale.ROOT,
        "live: controller, worker_dummy and the client in a process each, no inputs; simulated: the"
            + " same seed, within the delays of the live run; undelayed: what simulate says.%n"
            + "Objectives are judged at the client in the first two. Policy %s, seed %d, %s s after"
            + " %s s%n%n",
        policy,
        seed,
        seconds,
        warmUpSeconds);
    List<Compared> all = new ArrayList<>();
    for (Point point : points) {
      all.add(compared(point));
    }
    System.out.println();
    System.out.print(Table.text(all.stream().flatMap(each -> each.rows().stream()).toList()));
    long agreeing = all.stream().filter(Compared::agrees).count();
    long promised = all.stream().filter(Compared::promised).count();
    System.out.printf(
        Locale.ROOT,
        "%nat %d of the %d points that are promised, live and simulated goodput differ by at most"
            + " %s %%%n",
        agreeing,
        promised,
        Compared.DIFFERENCE_PERCENT_MAX);
  }

  private List<Point> points() {
    if (factors.isEmpty()) {
      return pointsOfExperiments();
    }
    for (double factor : factors) {
      if (!(factor > 0 && factor <= FACTOR_MAX)) {
        throw new ParameterException(
            spec.commandLine(),
            "--factors must be above 0 and at most %s, got %s".formatted(FACTOR_MAX, factor));
      }
    }
    Experiment overload = Experiments.named(List.of("E7")).getFirst();
    return factors.stream()
        .map(factor -> new Point(overload, Experiments.overloaded(factor), true))
        .toList();
  }

  private List<Point> pointsOfExperiments() {
    List<Experiment> experiments = experiments();
    Selection selection = selection(experiments);
    List<Point> points = new ArrayList<>();
    for (Experiment experiment : experiments) {
      for (Cell cell : experiment.cells(Extent.WHOLE)) {
        boolean promised = Compared.isPromised(experiment.name(), cell.parameters());
        if (selection.takes(cell) && (promised || !only.isEmpty())) {
          points.add(new Point(experiment, cell, promised));
        }
      }
    }
    return points;
  }

  private List<Experiment> experiments() {
    for (String name : names) {
      if (!PLAYABLE.contains(name.toUpperCase(Locale.ROOT))) {
        throw new ParameterException(
            spec.commandLine(),
            "%s is not played live; there are %s".formatted(name, String.join(", ", PLAYABLE)));
      }
    }
    return Experiments.named(names);
  }

  private Selection selection(List<Experiment> experiments) {
    try {
      return only.isEmpty() ? Selection.ALL : Selection.of(only, experiments);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--only " + e.getMessage());
    }
  }

  private Compared compared(Point point) throws Exception {
    String title = title(point);
    System.out.println(title + " ...");
    Setting setting =
        point
            .cell()
            .setting()
            .apply(seed)
            .measured(Measurement.of(nanos(warmUpSeconds), nanos(seconds)));
    Policy.Factory factory = Policies.named(policy);
    LiveTrial live = LiveTrial.of(setting, policy, seed);
    RecordedRun run = live.run();
    if (run.missing() > 0 || run.cut().isPresent()) {
      throw new IllegalStateException(
          "the recording of the live run lacks %d events; offer less".formatted(run.missing()));
    }
    if (delays) {
      print(run.measured());
    }
    return new Compared(
        title,
        point.promised(),
        Played.of(live.report()),
        Played.of(Trial.within(run.surroundings(Trial.JOINED_NANOS), setting, factory, seed)),
        Played.of(Trial.run(setting, factory, seed)));
  }

  private static String title(Point point) {
    StringBuilder title = new StringBuilder(point.experiment().name());
    point
        .cell()
        .parameters()
        .forEach((name, value) -> title.append(' ').append(name).append('=').append(value.text()));
    return title.toString();
  }

  private static void print(List<Measured> measured) {
    List<Row> rows = new ArrayList<>();
    for (Measured each : measured) {
      SequencedMap<String, Value> values = new LinkedHashMap<>();
      values.put("measured", Value.of(each.what()));
      values.put("count", Value.of((long) each.count()));
      values.put("p50_us", micros(each, 0.5));
      values.put("p99_us", micros(each, 0.99));
      values.put("p99_9_us", micros(each, 0.999));
      values.put("max_us", micros(each, 1));
      rows.add(new Row(values));
    }
    System.out.println(Table.text(rows));
  }

  private static Value micros(Measured measured, double share) {
    return measured.count() == 0
        ? Value.of(Optional.empty())
        : Value.of(Math.round(measured.nanos(share) / 100.0) / 10.0);
  }

  private static long nanos(double time) {
    return Math.round(time * 1e9);
  }
}
