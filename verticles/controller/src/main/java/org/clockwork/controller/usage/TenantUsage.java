package org.clockwork.controller.usage;

import java.util.EnumMap;
import java.util.Map;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/** What one tenant has had since the controller began. Every figure only ever grows. */
public final class TenantUsage {
  private final String tenant;
  private final Map<Ending, Long> endings = new EnumMap<>(Ending.class);
  private long requests;
  private long rows;
  private long coldStarts;
  private double execNanos;

  /** How a request ended, in the words of metrics and of {@code explain}. */
  public enum Ending {
    MET,
    LATE,
    REFUSED,
    TIMED_OUT,
    CANCELLED,
    FAILED;

    static Ending of(RequestEnded ended) {
      return switch (ended.result()) {
        case Result.Succeeded _ -> ended.met() ? MET : LATE;
        case Result.Refused _ -> REFUSED;
        case Result.TimedOut _ -> TIMED_OUT;
        case Result.Cancelled _ -> CANCELLED;
        case Result.Failed _ -> FAILED;
      };
    }
  }

  TenantUsage(String tenant) {
    this.tenant = tenant;
    for (Ending ending : Ending.values()) {
      endings.put(ending, 0L);
    }
  }

  void ended(RequestEnded request) {
    requests++;
    endings.merge(Ending.of(request), 1L, Long::sum);
    if (request.result() instanceof Result.Succeeded) {
      rows += request.request().rows();
    }
    if (request.coldStart()) {
      coldStarts++;
    }
  }

  void executed(double nanos) {
    execNanos += nanos;
  }

  public String tenant() {
    return tenant;
  }

  /** All that have ended, however. */
  public long requests() {
    return requests;
  }

  public long requests(Ending ending) {
    return endings.get(ending);
  }

  /** That were answered. */
  public long rows() {
    return rows;
  }

  /** Requests that came while no GPU held their model. */
  public long coldStarts() {
    return coldStarts;
  }

  /** Its share of the time that devices executed, by rows of each batch. */
  public double execSeconds() {
    return execNanos / 1e9;
  }
}
