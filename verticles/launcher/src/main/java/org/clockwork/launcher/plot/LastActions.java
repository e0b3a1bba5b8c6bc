package org.clockwork.launcher.plot;

import org.clockwork.controller.telemetry.ActionLine;
import org.clockwork.controller.telemetry.LogRow;

/** The figures of the last run in an action log. */
final class LastActions extends LastRun {
  private ActionFigures figures = new ActionFigures();
  private long number;
  private long endedNanos;

  @Override
  void begin() {
    figures = new ActionFigures();
    number = 0;
    endedNanos = 0;
  }

  /** As with requests: actions overtake each other, but not half of all that were sent. */
  @Override
  boolean begunAnew(LogRow row) {
    ActionLine line = new ActionLine(row);
    return line.sentNanos() + line.tookNanos() < endedNanos || line.number() * 2 < number;
  }

  @Override
  void take(LogRow row) {
    ActionLine line = new ActionLine(row);
    endedNanos = line.sentNanos() + line.tookNanos();
    number = Math.max(number, line.number());
    figures.take(line);
  }

  ActionFigures figures() {
    return figures;
  }
}
