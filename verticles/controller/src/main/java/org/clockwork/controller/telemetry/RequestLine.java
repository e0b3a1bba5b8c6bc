package org.clockwork.controller.telemetry;

/** What a line of the request log says; good for as long as its row is. */
public record RequestLine(LogRow row) {
  /** The request's arrival, since the log began. */
  public long arrivedNanos() {
    return row.number("t");
  }

  public long modelId() {
    return row.number("model_id");
  }

  /** The gateway gave it the part before the dash. */
  public String requestId() {
    return row.text("request_id");
  }

  public boolean succeeded() {
    return row.number("result") == RequestRow.SUCCEEDED;
  }

  public boolean refused() {
    return row.number("result") == RequestRow.REFUSED;
  }

  public boolean met() {
    return row.flag("deadline_met");
  }

  public boolean coldStart() {
    return row.flag("is_coldstart");
  }

  /** From the arrival until the controller knew the result. */
  public long latencyNanos() {
    return row.natural("latency");
  }

  public long sloNanos() {
    return row.natural("deadline");
  }

  /** Requests of the same model that had arrived when this one did. */
  public long arrivals() {
    return row.natural("arrival_count");
  }
}
