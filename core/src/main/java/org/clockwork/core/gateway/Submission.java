package org.clockwork.core.gateway;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.request.Traceparent;

/**
 * An inference as a client asks for it, before anything about it was checked.
 *
 * @param tenant who pays for it
 * @param priority among requests of one tenant, 0 is served first
 * @param retryOf a request that was refused, and is asked for again with this one
 * @param trace its place in a trace, where its client or whoever follows it has one
 */
public record Submission(
    String model,
    Payload payload,
    Objective objective,
    String tenant,
    int priority,
    Optional<RequestId> retryOf,
    Optional<Traceparent> trace) {

  /** In no trace. */
  public Submission(
      String model,
      Payload payload,
      Objective objective,
      String tenant,
      int priority,
      Optional<RequestId> retryOf) {
    this(model, payload, objective, tenant, priority, retryOf, Optional.empty());
  }

  /** Asked for the first time. */
  public Submission(
      String model, Payload payload, Objective objective, String tenant, int priority) {
    this(model, payload, objective, tenant, priority, Optional.empty());
  }

  /** For the default tenant, at the first priority. */
  public static Submission of(String model, Payload payload, Objective objective) {
    return new Submission(model, payload, objective, Request.DEFAULT_TENANT, 0);
  }

  /** The same once more, after it was refused by that name. */
  public Submission retryOf(RequestId refused) {
    return new Submission(model, payload, objective, tenant, priority, Optional.of(refused), trace);
  }

  /** The same, elsewhere in a trace or in none. */
  public Submission in(Optional<Traceparent> place) {
    return new Submission(model, payload, objective, tenant, priority, retryOf, place);
  }

  /** The input as it was sent. */
  public sealed interface Payload {

    /** In any order, each tensor with its name, as from a protocol. */
    record Named(List<NamedTensor> tensors) implements Payload {
      public Named {
        tensors = List.copyOf(tensors);
      }
    }

    /** In the model's order already, as from a caller that knows the model. */
    record Ordered(Tensors tensors) implements Payload {}

    /** None; the worker makes up this many rows. */
    record Generated(int rows) implements Payload {}
  }

  /**
   * One tensor as a client sends it.
   *
   * @param shape with the batch dimension in front
   * @param content little-endian, row after row, between position and limit
   */
  public record NamedTensor(String name, DataType type, List<Long> shape, ByteBuffer content) {
    public NamedTensor {
      shape = List.copyOf(shape);
    }
  }
}
