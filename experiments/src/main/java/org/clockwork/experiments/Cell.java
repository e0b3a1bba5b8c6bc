package org.clockwork.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * One point of an experiment.
 *
 * @param parameters what was varied, by the name of its column, units last
 */
public record Cell(SequencedMap<String, Number> parameters, Setting setting) {
  public Cell {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }
}
