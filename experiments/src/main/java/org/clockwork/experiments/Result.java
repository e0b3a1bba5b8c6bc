package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** One experiment with one seed: a row for each policy and point, policy by policy. */
public record Result(Experiment experiment, long seed, List<Row> rows) {
  public Result {
    rows = List.copyOf(rows);
  }

  /**
   * Results of which each may have a part only, some policies or some points, put together.
   *
   * @return experiment by experiment and seed by seed, rows as if they had been made at once
   * @throws IllegalArgumentException a point is there twice under the same policy and seed
   */
  public static List<Result> merged(List<Result> parts) {
    List<Result> merged = new ArrayList<>();
    for (Experiment experiment : Experiments.all()) {
      SequencedMap<Long, List<Row>> bySeed = new TreeMap<>();
      parts.stream()
          .filter(part -> part.experiment().equals(experiment))
          .forEach(
              part ->
                  bySeed.computeIfAbsent(part.seed(), _ -> new ArrayList<>()).addAll(part.rows()));
      bySeed.forEach((seed, rows) -> merged.add(new Result(experiment, seed, rows).ordered()));
    }
    return merged;
  }

  private Result ordered() {
    List<String> parameters = experiment.parameters();
    List<SequencedMap<String, Value>> points =
        experiment.cells(Extent.WHOLE).stream().map(Cell::parameters).toList();
    List<String> policies = rows.stream().map(Row::policy).distinct().toList();
    Set<List<Object>> places = new HashSet<>();
    for (Row row : rows) {
      if (!places.add(List.of(row.policy(), row.at(parameters)))) {
        throw new IllegalArgumentException(
            "%s has policy %s with seed %d twice%s"
                .formatted(
                    experiment.name(),
                    row.policy(),
                    seed,
                    parameters.isEmpty() ? "" : Target.about("", row.at(parameters))));
      }
    }
    return new Result(
        experiment,
        seed,
        rows.stream()
            .sorted(
                Comparator.<Row>comparingInt(row -> policies.indexOf(row.policy()))
                    .thenComparingInt(row -> points.indexOf(row.at(parameters))))
            .toList());
  }

  /**
   * How this policy's rows stand to what is asked of the default one; what was not run is left out.
   */
  public List<Target.Judgement> judged(String policy) {
    return experiment.targets().stream()
        .map(target -> target.judge(policy, rows))
        .flatMap(Optional::stream)
        .toList();
  }
}
