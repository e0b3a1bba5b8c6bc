package org.clockwork.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongFunction;

/**
 * One point of an experiment.
 *
 * @param parameters what was varied, by the name of its column, units last
 * @param setting by seed; made when its trial begins, since some are large
 */
public record Cell(SequencedMap<String, Value> parameters, LongFunction<Setting> setting) {
  public Cell {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }

  /** One whose setting has nothing random of its own. */
  static Cell of(SequencedMap<String, Value> parameters, Setting setting) {
    return new Cell(parameters, _ -> setting);
  }
}
