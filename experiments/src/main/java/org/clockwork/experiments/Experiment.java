package org.clockwork.experiments;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** A comparison of schedulers: a number of settings, and what is looked at in each. */
public interface Experiment {
  /** As on the command line, such as {@code E1}. */
  String name();

  /** One line: workload, machines, what is varied. */
  String title();

  List<Cell> cells();

  /** What stands in the table beside the common columns, by name. */
  default SequencedMap<String, Number> columns(Cell cell, Figures figures) {
    return new java.util.LinkedHashMap<>(Map.of());
  }

  /** The part of the figures that the common columns are about. */
  default Figures.Account judged(Figures figures) {
    return figures.all();
  }
}
