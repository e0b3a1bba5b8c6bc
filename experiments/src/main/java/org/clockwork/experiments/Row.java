package org.clockwork.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * One line of an experiment's table.
 *
 * @param values by column: first the policy, then what was varied, then the figures
 */
public record Row(SequencedMap<String, Value> values) {
  public static final String POLICY = "policy";

  public Row {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  public String policy() {
    return value(POLICY).text();
  }

  public Value value(String column) {
    Value value = values.get(column);
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no column '%s'; there are %s".formatted(column, values.keySet()));
    }
    return value;
  }

  /** Its values in these columns. */
  SequencedMap<String, Value> at(List<String> columns) {
    SequencedMap<String, Value> point = new LinkedHashMap<>();
    columns.forEach(column -> point.put(column, value(column)));
    return point;
  }

  /** Whether it is about these, as far as they are columns here. */
  boolean isOf(SequencedMap<String, Value> parameters) {
    return parameters.entrySet().stream()
        .allMatch(entry -> value(entry.getKey()).equals(entry.getValue()));
  }
}
