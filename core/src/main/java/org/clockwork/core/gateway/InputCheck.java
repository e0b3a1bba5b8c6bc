package org.clockwork.core.gateway;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.gateway.Checked.Bad;
import org.clockwork.core.gateway.Checked.Good;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Holds what a client sent against what its model expects, and brings it into the model's order.
 */
final class InputCheck {
  private final ModelSpec spec;
  private final int largestBatch;

  InputCheck(ModelStatus.Ready model) {
    this.spec = model.spec();
    this.largestBatch = model.largestBatch();
  }

  /**
   * @param tensors none where the worker is to make them up
   */
  record Accepted(int rows, Optional<Tensors> tensors) {}

  Checked<Accepted> accept(Payload payload) {
    return switch (payload) {
      case Payload.Generated(int rows) ->
          batch(rows, "the request").then(_ -> new Good<>(new Accepted(rows, Optional.empty())));
      case Payload.Ordered(Tensors tensors) ->
          batch(tensors.rows(), "the request").then(_ -> sized(tensors));
      case Payload.Named(List<NamedTensor> tensors) -> ordered(tensors);
    };
  }

  private Checked<Accepted> ordered(List<NamedTensor> sent) {
    Map<String, NamedTensor> byName = HashMap.newHashMap(sent.size());
    for (NamedTensor tensor : sent) {
      if (spec.inputs().stream().noneMatch(input -> input.name().equals(tensor.name()))) {
        return bad(
            "input %s is none of model '%s', which takes %s"
                .formatted(Shown.text(tensor.name()), spec.name(), Shown.expected(spec.inputs())));
      }
      if (byName.put(tensor.name(), tensor) != null) {
        return bad("input '%s' was sent twice; once is expected".formatted(tensor.name()));
      }
    }
    List<ByteBuffer> buffers = new ArrayList<>(spec.inputs().size());
    Optional<NamedTensor> first = Optional.empty();
    for (TensorSpec expected : spec.inputs()) {
      NamedTensor tensor = byName.get(expected.name());
      if (tensor == null) {
        return bad(
            "input '%s' is missing: %d of %d inputs were sent; model '%s' takes %s"
                .formatted(
                    expected.name(),
                    sent.size(),
                    spec.inputs().size(),
                    spec.name(),
                    Shown.expected(spec.inputs())));
      }
      Optional<Rejection> wrong = compare(tensor, expected, first.orElse(tensor));
      if (wrong.isPresent()) {
        return new Bad<>(wrong.get());
      }
      first = first.or(() -> Optional.of(tensor));
      buffers.add(tensor.content());
    }
    int rows = first.map(tensor -> Math.toIntExact(tensor.shape().getFirst())).orElse(1);
    return sized(new Tensors(rows, buffers));
  }

  /** Type, shape and rows of one tensor; its rows must be those of the first. */
  private Optional<Rejection> compare(NamedTensor sent, TensorSpec expected, NamedTensor first) {
    if (sent.type() != expected.type() || !inner(sent).equals(longs(expected.shape()))) {
      return Optional.of(
          new Rejection.BadTensor(
              "input '%s' was sent as %s %s; model '%s' expects %s, n from 1 to %d"
                  .formatted(
                      sent.name(),
                      sent.type(),
                      Shown.shape(sent.shape()),
                      spec.name(),
                      Shown.expected(expected),
                      largestBatch)));
    }
    long rows = sent.shape().getFirst();
    if (rows != first.shape().getFirst()) {
      return Optional.of(
          new Rejection.BadTensor(
              "input '%s' has %d rows but input '%s' has %d; all must have the same"
                  .formatted(sent.name(), rows, first.name(), first.shape().getFirst())));
    }
    return switch (batch(rows, "input '" + sent.name() + "'")) {
      case Good<Long> _ -> Optional.empty();
      case Bad<Long>(Rejection rejection) -> Optional.of(rejection);
    };
  }

  private Checked<Long> batch(long rows, String bearer) {
    if (rows < 1) {
      return new Bad<>(
          new Rejection.BadBatch(
              "empty batch: %s has %d rows; model '%s' takes 1 to %d"
                  .formatted(bearer, rows, spec.name(), largestBatch)));
    }
    if (rows > largestBatch) {
      return new Bad<>(
          new Rejection.BadBatch(
              "%s has %d rows; model '%s' takes 1 to %d in one request, send several requests"
                  .formatted(bearer, rows, spec.name(), largestBatch)));
    }
    return new Good<>(rows);
  }

  /** Each buffer must hold exactly its rows: a short one would let a batch read beyond its end. */
  private Checked<Accepted> sized(Tensors tensors) {
    if (tensors.buffers().size() != spec.inputs().size()) {
      return bad(
          "%d inputs were sent; model '%s' takes %d: %s"
              .formatted(
                  tensors.buffers().size(),
                  spec.name(),
                  spec.inputs().size(),
                  Shown.expected(spec.inputs())));
    }
    for (int i = 0; i < spec.inputs().size(); i++) {
      TensorSpec expected = spec.inputs().get(i);
      long expectedBytes = (long) tensors.rows() * expected.bytes();
      int sentBytes = tensors.buffers().get(i).remaining();
      if (sentBytes != expectedBytes) {
        return bad(
            "input '%s' carries %d bytes; %d rows of %s %s are %d bytes"
                .formatted(
                    expected.name(),
                    sentBytes,
                    tensors.rows(),
                    expected.type(),
                    expected.shape(),
                    expectedBytes));
      }
    }
    return new Good<>(new Accepted(tensors.rows(), Optional.of(tensors)));
  }

  private static List<Long> inner(NamedTensor sent) {
    // A shape without any dimension has no batch dimension either, and matches nothing.
    return sent.shape().isEmpty() ? List.of(-1L) : sent.shape().subList(1, sent.shape().size());
  }

  private static List<Long> longs(List<Integer> shape) {
    return shape.stream().map(Integer::longValue).toList();
  }

  private static Checked<Accepted> bad(String reason) {
    return new Bad<>(new Rejection.BadTensor(reason));
  }
}
