package org.clockwork.experiments;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * What the default policy must reach in one point of an experiment.
 *
 * @param where the row that is meant, by its parameters
 */
public record Target(SequencedMap<String, Value> where, String column, Demand demand) {

  /** What is asked of the figure. */
  public sealed interface Demand {
    record AtLeast(double bound) implements Demand {}

    record AtMost(double bound) implements Demand {}

    /** At least as much as any other policy of the same run. */
    record BestOfAll() implements Demand {}
  }

  /**
   * How it stands in one result.
   *
   * @param found the figure; absent where there is none, and then nothing was met
   * @param wanted as a person writes it: {@code >= 660}
   */
  public record Judgement(Target target, OptionalDouble found, String wanted, boolean met) {}

  static Target atLeast(double bound, String column, SequencedMap<String, Value> where) {
    return new Target(where, column, new Demand.AtLeast(bound));
  }

  static Target atMost(double bound, String column, SequencedMap<String, Value> where) {
    return new Target(where, column, new Demand.AtMost(bound));
  }

  /** What it is about: {@code goodput_per_s at slo_ms=10}. */
  public String about() {
    return about(column, where);
  }

  static String about(String column, SequencedMap<String, Value> where) {
    String at =
        where.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue().text())
            .collect(Collectors.joining(", "));
    return at.isEmpty() ? column : column + " at " + at;
  }

  /** Empty where the rows hold no such point, as when only some were run. */
  Optional<Judgement> judge(String policy, List<Row> rows) {
    Map<String, OptionalDouble> byPolicy =
        rows.stream()
            .filter(row -> row.isOf(where))
            .collect(Collectors.toMap(Row::policy, row -> row.value(column).number()));
    OptionalDouble found = byPolicy.get(policy);
    return found == null ? Optional.empty() : judge(policy, found, byPolicy);
  }

  private Optional<Judgement> judge(
      String policy, OptionalDouble found, Map<String, OptionalDouble> byPolicy) {
    return switch (demand) {
      case Demand.AtLeast(double bound) ->
          Optional.of(
              judgement(
                  found, ">= " + text(bound), found.isPresent() && found.getAsDouble() >= bound));
      case Demand.AtMost(double bound) ->
          Optional.of(
              judgement(
                  found, "<= " + text(bound), found.isPresent() && found.getAsDouble() <= bound));
      case Demand.BestOfAll() -> {
        OptionalDouble best =
            byPolicy.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(policy))
                .flatMapToDouble(entry -> entry.getValue().stream())
                .max();
        // Alone it has been compared with nobody.
        yield best.isEmpty()
            ? Optional.empty()
            : Optional.of(
                judgement(
                    found,
                    ">= " + text(best.getAsDouble()) + ", the best of the others",
                    found.isPresent() && found.getAsDouble() >= best.getAsDouble()));
      }
    };
  }

  private Judgement judgement(OptionalDouble found, String wanted, boolean met) {
    return new Judgement(this, found, wanted, met);
  }

  private static String text(double bound) {
    return Value.of(bound).text();
  }
}
