package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one experiment has found over its seeds, by policy and point. */
final class Findings {
  private final Experiment experiment;
  private final List<String> parameters;
  private final List<Result> results;
  private final SequencedMap<Place, List<Row>> rows = new LinkedHashMap<>();

  private record Place(String policy, SequencedMap<String, Value> point) {}

  /**
   * @param results of this experiment, one a seed; not every one needs to have all points
   */
  Findings(Experiment experiment, List<Result> results) {
    this.experiment = experiment;
    this.parameters = experiment.parameters();
    this.results = List.copyOf(results);
    for (Result result : results) {
      for (Row row : result.rows()) {
        rows.computeIfAbsent(new Place(row.policy(), row.at(parameters)), _ -> new ArrayList<>())
            .add(row);
      }
    }
  }

  /** Experiment by experiment, in the order of their names. */
  static List<Findings> of(List<Result> results) {
    SequencedMap<String, List<Result>> byName = new TreeMap<>();
    results.forEach(
        result ->
            byName.computeIfAbsent(result.experiment().name(), _ -> new ArrayList<>()).add(result));
    return byName.values().stream()
        .map(own -> new Findings(own.getFirst().experiment(), own))
        .toList();
  }

  Experiment experiment() {
    return experiment;
  }

  List<Result> results() {
    return results;
  }

  List<String> policies() {
    return distinct(Place::policy);
  }

  List<SequencedMap<String, Value>> points() {
    return distinct(Place::point);
  }

  /** Points at which policies are compared: not all those of a course of time. */
  List<SequencedMap<String, Value>> comparedPoints() {
    return experiment.compared(points());
  }

  private <T> List<T> distinct(Function<Place, T> part) {
    SequencedSet<T> all = new LinkedHashSet<>();
    rows.sequencedKeySet().forEach(place -> all.add(part.apply(place)));
    return List.copyOf(all);
  }

  /** The columns of its figures that anything was observed of. */
  List<String> columns() {
    List<String> columns = new ArrayList<>();
    for (String column : rows.firstEntry().getValue().getFirst().values().keySet()) {
      if (!column.equals(Row.POLICY)
          && !parameters.contains(column)
          && values(column).anyMatch(value -> !(value instanceof Value.Absent))) {
        columns.add(column);
      }
    }
    return columns;
  }

  private Stream<Value> values(String column) {
    return rows.values().stream().flatMap(List::stream).map(row -> row.value(column));
  }

  /** Empty where it was not observed with any seed. */
  Optional<AcrossSeeds> figure(String policy, SequencedMap<String, Value> point, String column) {
    List<Double> figures =
        rows.getOrDefault(new Place(policy, point), List.of()).stream()
            .flatMapToDouble(row -> row.value(column).number().stream())
            .boxed()
            .toList();
    return figures.isEmpty() ? Optional.empty() : Optional.of(AcrossSeeds.of(figures));
  }

  boolean has(String policy, SequencedMap<String, Value> point) {
    return rows.containsKey(new Place(policy, point));
  }

  /** The point of which these are the parameters, however their numbers are kept. */
  Optional<SequencedMap<String, Value>> pointAt(SequencedMap<String, Value> where) {
    Predicate<Map.Entry<String, Value>> same =
        entry ->
            where.containsKey(entry.getKey())
                && where.get(entry.getKey()).text().equals(entry.getValue().text());
    return points().stream().filter(point -> point.entrySet().stream().allMatch(same)).findFirst();
  }

  String seeds() {
    return results.stream()
        .map(result -> Long.toString(result.seed()))
        .distinct()
        .collect(Collectors.joining(","));
  }

  /** What makes the same again, but for a choice of points. */
  String command(Extent extent) {
    return "./clockwork simulate %s --policy %s --seed %s%s"
        .formatted(
            experiment.name(),
            String.join(",", policies()),
            seeds(),
            extent.whole() ? "" : " --extent " + extent.share());
  }
}
