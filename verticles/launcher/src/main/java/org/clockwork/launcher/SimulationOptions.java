package org.clockwork.launcher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import org.clockwork.core.policy.Policies;
import org.clockwork.experiments.Campaign;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Selection;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;

/** What is simulated, for {@code simulate} and its report. */
final class SimulationOptions {
  private static final List<String> POLICIES = List.of(Policies.DEFAULT, "infer5");

  /** More would be a day's work. */
  private static final int SEEDS_MAX = 1_000;

  private static final int PERCENT = 100;

  @Option(
      names = "--policy",
      paramLabel = "P",
      split = ",",
      description =
          "Who schedules; default,infer5 unless given. The first is held against targets.")
  private List<String> policies = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      split = ",",
      description = "Seeds, each a run of its own; 1 unless given.")
  private List<Long> seeds = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "As many seeds, from 1 on or from the one that --seed gives.")
  private Optional<Integer> count = Optional.empty();

  @Option(
      names = "--only",
      paramLabel = "PARAMETER=VALUE",
      split = ",",
      description = "Only the points of that kind: slo_ms=100 or gpus=50.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--extent",
      paramLabel = "SHARE",
      description = "A share of each experiment's time, 0.1 for a first look; 1 unless given.")
  private double share = 1;

  List<String> policies() {
    return (policies.isEmpty() ? POLICIES : policies)
        .stream()
            .map(name -> PlayablePolicy.named("--policy", name).name().toLowerCase(Locale.ROOT))
            .distinct()
            .toList();
  }

  /** Which of these options were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    SequencedMap<String, Boolean> all = new LinkedHashMap<>();
    all.put("--policy", !policies.isEmpty());
    all.put("--seed", !seeds.isEmpty());
    all.put("--seeds", count.isPresent());
    all.put("--only", !only.isEmpty());
    all.put("--extent", share != 1);
    all.forEach(
        (option, is) -> {
          if (is) {
            given.add(option);
          }
        });
    return given;
  }

  List<Long> seeds() {
    if (count.isEmpty()) {
      return seeds.isEmpty() ? List.of(1L) : List.copyOf(new LinkedHashSet<>(seeds));
    }
    int wanted = count.get();
    if (wanted < 1 || wanted > SEEDS_MAX) {
      throw new UnusableException(
          "--seeds %d: expected a whole number from 1 to %d".formatted(wanted, SEEDS_MAX));
    }
    if (seeds.size() > 1) {
      throw new UnusableException(
          "--seeds %d and --seed with %d seeds: give either how many, or which"
              .formatted(wanted, seeds.size()));
    }
    long first = seeds.isEmpty() ? 1 : seeds.getFirst();
    return LongStream.range(first, first + wanted).boxed().toList();
  }

  Extent extent() {
    try {
      return new Extent(share);
    } catch (IllegalArgumentException e) {
      throw new UnusableException("--extent %s: %s".formatted(share, e.getMessage()));
    }
  }

  private Selection selection(List<Experiment> experiments) {
    try {
      return only.isEmpty() ? Selection.ALL : Selection.of(only, experiments);
    } catch (IllegalArgumentException e) {
      throw new UnusableException("--only " + e.getMessage());
    }
  }

  /** Runs all of it, on as many threads as there are processors. */
  List<Result> run(List<Experiment> experiments) throws InterruptedException {
    Campaign campaign =
        new Campaign(experiments, policies(), seeds(), extent(), selection(experiments));
    try (Progress progress =
        Progress.of("%% of %d trials simulated".formatted(campaign.trials()), PERCENT)) {
      return campaign.run(
          Runtime.getRuntime().availableProcessors(),
          share -> progress.to((long) (PERCENT * share)));
    }
  }

  /** The same on a command line, with the seeds that are wanted, written out. */
  String repeated(List<Long> wanted) {
    StringBuilder words = new StringBuilder("--policy ").append(String.join(",", policies()));
    words
        .append(" --seed ")
        .append(String.join(",", wanted.stream().map(Object::toString).toList()));
    if (!only.isEmpty()) {
      words.append(" --only ").append(String.join(",", only));
    }
    if (share != 1) {
      words.append(" --extent ").append(share);
    }
    return words.toString();
  }
}
