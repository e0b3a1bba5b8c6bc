package org.clockwork.experiments;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.LongFunction;

/**
 * One point of an experiment.
 *
 * @param parameters what was varied, by the name of its column, units last
 * @param requests that it takes its trial to play, roughly: the most work is begun first
 * @param setting by seed; made when its trial begins, since some are large
 */
public record Cell(
    SequencedMap<String, Value> parameters, double requests, LongFunction<Setting> setting) {
  public Cell {
    parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
  }

  /**
   * One whose setting has nothing random of its own.
   *
   * @param perSecond requests offered, roughly
   */
  static Cell of(SequencedMap<String, Value> parameters, double perSecond, Setting setting) {
    return new Cell(parameters, perSecond * setting.measurement().untilNanos() / 1e9, _ -> setting);
  }
}
