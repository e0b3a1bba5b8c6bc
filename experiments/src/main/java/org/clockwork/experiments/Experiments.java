package org.clockwork.experiments;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** The experiments, by the names that command lines use. */
public final class Experiments {
  private static final List<Experiment> ALL =
      List.of(
          new ClosedLoops(),
          new GrowingModels(),
          new TightObjectives(),
          new BesideBatches(),
          new ReplayedTrace(),
          new ManyGpus(),
          new OverloadedGpu());

  private static final String EVERY = "all";

  private Experiments() {}

  public static List<Experiment> all() {
    return ALL;
  }

  /** What E7 plays, at any multiple of what its GPU's largest batch attains. */
  public static Cell overloaded(double factor) {
    return OverloadedGpu.cell(factor, Extent.WHOLE);
  }

  /**
   * Those of these names, in whatever case, each once; {@code all} stands for every one.
   *
   * @throws IllegalArgumentException there is no such name, or none is given; the message lists
   *     what there is
   */
  public static List<Experiment> named(List<String> names) {
    SequencedSet<Experiment> found = new LinkedHashSet<>();
    for (String name : names) {
      if (name.equalsIgnoreCase(EVERY)) {
        found.addAll(ALL);
      } else {
        found.add(named(name));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("which experiment? " + thereAre());
    }
    return List.copyOf(found);
  }

  private static Experiment named(String name) {
    return ALL.stream()
        .filter(experiment -> experiment.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no experiment '%s'; %s".formatted(name, thereAre())));
  }

  private static String thereAre() {
    return "there are %s, and all for every one"
        .formatted(ALL.stream().map(Experiment::name).collect(Collectors.joining(", ")));
  }
}
