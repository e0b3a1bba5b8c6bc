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
   * @param tensors as long as the bucket; none where the worker is to make them up
   */
  record Accepted(int rows, Fit fit, Optional<Tensors> tensors) {}

  Checked<Accepted> accept(Payload payload) {
    return switch (payload) {
      case Payload.Generated(int rows) ->
          batch(rows, "the request")
              .then(_ -> new Good<>(new Accepted(rows, Fit.longest(spec), Optional.empty())));
      case Payload.Ordered(Tensors tensors) ->
          batch(tensors.rows(), "the request").then(_ -> sized(tensors, length(tensors)));
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
    Optional<Length> length = Optional.empty();
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
      Optional<Length> own = length(tensor, expected);
      if (length.isPresent() && own.isPresent() && own.get().value() != length.get().value()) {
        return bad(
            "input '%s' has length %d but input '%s' has %d; all must have the same"
                .formatted(
                    tensor.name(), own.get().value(), length.get().input(), length.get().value()));
      }
      length = length.or(() -> own);
      buffers.add(tensor.content());
    }
    int rows = first.map(tensor -> Math.toIntExact(tensor.shape().getFirst())).orElse(1);
    return sized(new Tensors(rows, buffers), length.map(Length::value).orElse(0));
  }

  /** Type, shape and rows of one tensor; its rows must be those of the first. */
  private Optional<Rejection> compare(NamedTensor sent, TensorSpec expected, NamedTensor first) {
    if (sent.type() != expected.type() || !fits(inner(sent), expected)) {
      return Optional.of(
          new Rejection.BadTensor(
              "input '%s' was sent as %s %s; model '%s' expects %s, %s"
                  .formatted(
                      sent.name(),
                      sent.type(),
                      Shown.shape(sent.shape()),
                      spec.name(),
                      Shown.expected(expected),
                      limits(expected))));
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

  /**
   * Each buffer must hold exactly its rows: a short one would let a batch read beyond its end.
   *
   * @param length of the request; anything where the model has one shape
   */
  private Checked<Accepted> sized(Tensors tensors, int length) {
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
      TensorSpec expected = spec.inputs().get(i).ofLength(length);
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
    Fit fit = Fit.of(spec, length);
    return new Good<>(new Accepted(tensors.rows(), fit, Optional.of(fit.padded(tensors))));
  }

  private static List<Long> inner(NamedTensor sent) {
    // A shape without any dimension has no batch dimension either, and matches nothing.
    return sent.shape().isEmpty() ? List.of(-1L) : sent.shape().subList(1, sent.shape().size());
  }

  /** Whether the shape is the expected one, or one of those where a dimension may vary. */
  private static boolean fits(List<Long> sent, TensorSpec expected) {
    List<Long> declared = expected.declaredShape();
    boolean fits = sent.size() == declared.size();
    for (int i = 0; fits && i < declared.size(); i++) {
      long here = sent.get(i);
      fits =
          declared.get(i) < 0
              ? here >= 1 && here <= expected.shape().get(i)
              : here == declared.get(i);
    }
    return fits;
  }

  private String limits(TensorSpec expected) {
    String rows = "n from 1 to " + largestBatch;
    return expected.free().isEmpty()
        ? rows
        : rows + ", length from 1 to " + spec.lengths().getLast();
  }

  /** How long an input is that may have several lengths. */
  private record Length(String input, int value) {}

  private static Optional<Length> length(NamedTensor sent, TensorSpec expected) {
    return expected
        .free()
        .map(free -> new Length(sent.name(), Math.toIntExact(inner(sent).get(free.axis()))));
  }

  /** As the bytes of the first input tell whose length may vary; at least 1, at most the limit. */
  private int length(Tensors tensors) {
    for (int i = 0; i < Math.min(spec.inputs().size(), tensors.buffers().size()); i++) {
      TensorSpec input = spec.inputs().get(i);
      if (input.free().isPresent()) {
        long perLength = (long) input.bytesPerLength() * tensors.rows();
        long length = tensors.buffers().get(i).remaining() / perLength;
        return Math.clamp(length, 1, spec.lengths().getLast());
      }
    }
    return 0;
  }

  private static Checked<Accepted> bad(String reason) {
    return new Bad<>(new Rejection.BadTensor(reason));
  }
}
