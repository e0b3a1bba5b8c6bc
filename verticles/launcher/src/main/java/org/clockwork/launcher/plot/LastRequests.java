package org.clockwork.launcher.plot;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.clockwork.controller.telemetry.LogRow;
import org.clockwork.controller.telemetry.RequestLine;

/** The figures of the last run in a request log. */
final class LastRequests extends LastRun {
  private final Map<Long, Long> arrivalsByModel = new HashMap<>();
  private RequestFigures figures = new RequestFigures();
  private long endedNanos;

  @Override
  void begin() {
    figures = new RequestFigures();
    arrivalsByModel.clear();
    endedNanos = 0;
  }

  /**
   * Rows stand in the order in which requests ended. Requests overtake each other, but not half of
   * all that came.
   */
  @Override
  boolean begunAnew(LogRow row) {
    RequestLine line = new RequestLine(row);
    return line.arrivedNanos() + line.latencyNanos() < endedNanos
        || line.arrivals() * 2 < arrivalsByModel.getOrDefault(line.modelId(), 0L);
  }

  @Override
  void take(LogRow row) {
    RequestLine line = new RequestLine(row);
    long arrivedNanos = line.arrivedNanos();
    long latencyNanos = line.latencyNanos();
    endedNanos = arrivedNanos + latencyNanos;
    arrivalsByModel.merge(line.modelId(), line.arrivals(), Math::max);
    figures.offered(arrivedNanos, Optional.of(line.sloNanos()));
    if (line.succeeded()) {
      figures.succeeded(arrivedNanos, latencyNanos, line.met(), line.coldStart());
    } else if (line.refused()) {
      figures.refused(arrivedNanos);
    }
  }

  RequestFigures figures() {
    return figures;
  }
}
