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

  /** The columns that tell its rows apart. */
  default List<String> parameters() {
    return List.copyOf(cells(Extent.WHOLE).getFirst().parameters().sequencedKeySet());
  }

  /** The columns by which policies are compared: in each, more is better. */
  default List<String> merits() {
    return List.of(Columns.GOODPUT);
  }

  /** Of its rows' parameters, those at which policies are compared. */
  default List<SequencedMap<String, Value>> compared(List<SequencedMap<String, Value>> points) {
    return points;
  }

  /** What the default policy must reach. */
  List<Target> targets();

  /** What nobody can exceed, where more has been asked or published. */
  default List<Bound> bounds() {
    return List.of();
  }

  /** Why the published policy as simulated here is not where the paper has it; may be empty. */
  default String besideThePaper() {
    return "";
  }

  /** What is drawn of it, beside what was published. */
  Drawing drawing();
}
