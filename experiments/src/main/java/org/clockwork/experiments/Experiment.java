package org.clockwork.experiments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** A comparison of schedulers: a number of settings, what is looked at in each, what is asked. */
public interface Experiment {
  /** As on the command line, such as {@code E1}. */
  String name();

  /** One line: workload, machines, what is varied. */
  String title();

  /** Where this one leaves the common ground, or what else one must know; may be empty. */
  default String remark() {
    return "";
  }

  List<Cell> cells(Extent extent);

  /** Its part of the table for one trial, but for the policy. */
  default List<SequencedMap<String, Value>> rows(Cell cell, Figures figures) {
    SequencedMap<String, Value> row = new LinkedHashMap<>(cell.parameters());
    row.putAll(Columns.common(figures.last().all(), figures));
    return List.of(row);
  }

  /** What the default policy must reach. */
  List<Target> targets();

  /** What is drawn of it, beside what was published. */
  Drawing drawing();
}
