package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.clockwork.controller.telemetry.ActionLine;
import org.clockwork.controller.telemetry.LogReader;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.core.telemetry.Telemetry.ActionType;

/** What a controller's action log says of its predictions. */
public final class PredictionLog {
  private PredictionLog() {}

  /**
   * The errors of INFERs and LOADs that succeeded.
   *
   * @param warmUpNanos from the first INFER; what was sent before it was over does not count
   */
  public static PredictionErrors read(Path folder, long warmUpNanos) throws IOException {
    AtomicLong beganNanos = new AtomicLong(Long.MAX_VALUE);
    LogReader log = LogReader.actions(folder);
    log.read(
        row -> {
          ActionLine line = new ActionLine(row);
          if (line.type() == ActionType.INFER) {
            beganNanos.accumulateAndGet(line.sentNanos(), Math::min);
          }
        });
    PredictionErrors errors = new PredictionErrors();
    log.read(
        row -> {
          ActionLine line = new ActionLine(row);
          boolean counts =
              beganNanos.get() != Long.MAX_VALUE
                  && line.sentNanos() >= beganNanos.get() + warmUpNanos
                  && line.succeeded();
          if (counts) {
            errors.add(line.type(), line.prediction(), line.exec());
          }
        });
    return errors;
  }
}
