package org.clockwork.core.request;

import java.util.Optional;
import org.clockwork.core.model.ModelId;

/**
 * One inference asked for, as the controller sees it.
 *
 * @param bucket of the model's, that its length belongs to
 * @param rows the leading batch dimension: rows that are run together and answered once
 * @param arrivedNanos when the gateway took it, on the receiver's clock
 * @param sloNanos the objective, already resolved; positive
 * @param sloFactor the factor that the objective came from, 0 where it was given in time; for logs
 * @param tenant who pays for it; never blank
 * @param priority among requests of one tenant, 0 is served first
 * @param retryOf a request that was refused, and is asked for again with this one
 * @param trace where it is followed: its place in a trace
 */
public record Request(
    RequestId id,
    ModelId model,
    int bucket,
    int rows,
    long arrivedNanos,
    long sloNanos,
    double sloFactor,
    String tenant,
    int priority,
    Optional<RequestId> retryOf,
    Optional<Traceparent> trace,
    Input input) {
  public static final String DEFAULT_TENANT = "default";

  /** One that is asked for the first time, of a model of one shape. */
  public Request(
      RequestId id,
      ModelId model,
      int rows,
      long arrivedNanos,
      long sloNanos,
      double sloFactor,
      String tenant,
      int priority,
      Input input) {
    this(
        id,
        model,
        0,
        rows,
        arrivedNanos,
        sloNanos,
        sloFactor,
        tenant,
        priority,
        Optional.empty(),
        Optional.empty(),
        input);
  }

  /** One that nobody follows, of a model of one shape. */
  public Request(
      RequestId id,
      ModelId model,
      int rows,
      long arrivedNanos,
      long sloNanos,
      double sloFactor,
      String tenant,
      int priority,
      Optional<RequestId> retryOf,
      Input input) {
    this(
        id,
        model,
        0,
        rows,
        arrivedNanos,
        sloNanos,
        sloFactor,
        tenant,
        priority,
        retryOf,
        Optional.empty(),
        input);
  }

  public Request {
    if (bucket < 0) {
      throw new IllegalArgumentException(
          "request %s is for bucket %d; they are counted from 0".formatted(id, bucket));
    }
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
    return new Request(
        id, model, bucket, rows, nanos, sloNanos, sloFactor, tenant, priority, retryOf, trace,
        input);
  }

  /** The same request, for whoever knows the model by this id. */
  public Request of(ModelId other) {
    return new Request(
        id,
        other,
        bucket,
        rows,
        arrivedNanos,
        sloNanos,
        sloFactor,
        tenant,
        priority,
        retryOf,
        trace,
        input);
  }

  /** The same request, its input elsewhere. */
  public Request with(Input other) {
    return new Request(
        id,
        model,
        bucket,
        rows,
        arrivedNanos,
        sloNanos,
        sloFactor,
        tenant,
        priority,
        retryOf,
        trace,
        other);
  }

  public long deadlineNanos() {
    return arrivedNanos + sloNanos;
  }
}
