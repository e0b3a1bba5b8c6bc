package org.clockwork.core.scheduler;

import org.clockwork.core.telemetry.Telemetry;

/**
 * Hears all that a scheduler is told and all that it commands, in order, and takes no part: for
 * each event {@link #begins}, the commands that come of it, and at last {@link #ends} or {@link
 * #breaks}. Times and windows are the scheduler's own, on its one clock. Whoever keeps this can
 * have it all happen again.
 */
public interface Chronicle extends Commands {

  void begins(Event event, long now);

  void ends();

  /** The scheduler found its own state broken, in the middle of the event. */
  void breaks();

  /** What it tells about itself follows from the rest. */
  @Override
  default void emit(Telemetry event) {}
}
