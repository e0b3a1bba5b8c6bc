package org.clockwork.core.request;

import org.clockwork.core.model.ModelId;

/**
 * One inference asked for, as the controller sees it.
 *
 * @param rows the leading batch dimension: rows that are run together and answered once
 * @param arrivedNanos when the gateway took it, on the receiver's clock
 * @param sloNanos the objective, already resolved; positive
 * @param sloFactor the factor that the objective came from, 0 where it was given in time; for logs
 * @param tenant who pays for it; never blank
 * @param priority among requests of one tenant, 0 is served first
 */
public record Request(
    RequestId id,
    ModelId model,
    int rows,
    long arrivedNanos,
    long sloNanos,
    double sloFactor,
    String tenant,
    int priority,
    Input input) {
  public static final String DEFAULT_TENANT = "default";

  public Request {
    if (rows < 1) {
      throw new IllegalArgumentException("request " + id + " needs at least one row, got " + rows);
    }
    if (sloNanos <= 0) {
      throw new IllegalArgumentException(
          "request " + id + " needs an objective above 0, got " + sloNanos + " ns");
    }
    if (tenant.isBlank()) {
      throw new IllegalArgumentException("request " + id + " needs a tenant");
    }
  }

  /** The same request, on the clock of whoever receives it. */
  public Request arrivedAt(long nanos) {
    return new Request(id, model, rows, nanos, sloNanos, sloFactor, tenant, priority, input);
  }

  /** The same request, for whoever knows the model by this id. */
  public Request of(ModelId other) {
    return new Request(id, other, rows, arrivedNanos, sloNanos, sloFactor, tenant, priority, input);
  }

  public long deadlineNanos() {
    return arrivedNanos + sloNanos;
  }
}
