package org.clockwork.launcher.plot;

import java.nio.file.Path;
import org.clockwork.controller.telemetry.LogReader;
import org.clockwork.controller.telemetry.LogRow;

/**
 * Takes what the last run of a controller has written. A controller that starts sets the logs of
 * the run before aside as if they were parts of its own, and its times and numbers begin anew:
 * nothing else in a log tells runs apart.
 */
abstract class LastRun implements LogReader.Taker {
  private int runs;
  private long rowsInRun;
  private long rowsInPart;

  /** A run begins; what was taken before is of an earlier one. */
  abstract void begin();

  /**
   * Whether times or numbers began anew with this row, the first of a part, since those of the rows
   * that were taken in this run.
   */
  abstract boolean begunAnew(LogRow row);

  abstract void take(LogRow row);

  @Override
  public final void part(Path part) {
    // Only a run begins with a part in which nothing is: a full one is set aside when there is
    // more.
    if (runs == 0 || rowsInPart == 0) {
      beginRun();
    }
    rowsInPart = 0;
  }

  @Override
  public final void row(LogRow row) {
    if (rowsInPart == 0 && rowsInRun > 0 && begunAnew(row)) {
      beginRun();
    }
    rowsInPart++;
    rowsInRun++;
    take(row);
  }

  private void beginRun() {
    runs++;
    rowsInRun = 0;
    begin();
  }

  /** Nothing happened in the last run so far. */
  final boolean empty() {
    return rowsInPart == 0;
  }

  /** That are in the log as well. */
  final int earlierRuns() {
    return runs - 1;
  }
}
