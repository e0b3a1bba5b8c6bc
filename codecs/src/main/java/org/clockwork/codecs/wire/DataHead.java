package org.clockwork.codecs.wire;

import java.util.List;
import java.util.function.Function;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/** A {@link DataFrame} without the bytes of its tensors. */
sealed interface DataHead {
  byte HELLO = 0;
  byte INPUT = 1;
  byte OUTPUT = 2;
  byte WITHDRAWN = 3;

  /** Nothing follows. */
  record Whole(DataFrame frame) implements DataHead {}

  /** Tensors of these lengths follow, and make the frame whole. */
  record Unfilled(int rows, List<Integer> lengths, Function<Tensors, DataFrame> frame)
      implements DataHead {
    public Unfilled {
      lengths = List.copyOf(lengths);
    }

    long bytes() {
      return lengths.stream().mapToLong(Integer::longValue).sum();
    }
  }

  static void write(WireWriter out, DataFrame frame) {
    switch (frame) {
      case DataFrame.Hello(var gateway) -> {
        out.int8(HELLO);
        Ids.write(out, gateway);
      }
      case DataFrame.Withdrawn(RequestId request) -> {
        out.int8(WITHDRAWN);
        Ids.write(out, request);
      }
      case DataFrame.Input(Inputs inputs) -> {
        out.int8(INPUT);
        Ids.write(out, inputs.request());
        lengths(out, inputs.tensors());
      }
      case DataFrame.Output(Outputs outputs) -> {
        out.int8(OUTPUT);
        TensorForms.writeAllBut(out, outputs);
        lengths(out, outputs.tensors());
      }
    }
  }

  /**
   * @throws WireException the bytes are no head of this version
   */
  static DataHead read(byte[] bytes) {
    return Envelope.read(
        bytes,
        "data frame",
        in -> {
          byte kind = in.int8("case");
          return switch (kind) {
            case HELLO -> new Whole(new DataFrame.Hello(Ids.gateway(in)));
            case INPUT -> {
              RequestId request = Ids.request(in);
              yield unfilled(in, tensors -> new DataFrame.Input(new Inputs(request, tensors)));
            }
            case OUTPUT -> {
              Function<Tensors, Outputs> outputs = TensorForms.outputs(in);
              yield unfilled(in, tensors -> new DataFrame.Output(outputs.apply(tensors)));
            }
            case WITHDRAWN -> new Whole(new DataFrame.Withdrawn(Ids.request(in)));
            default -> throw in.wrong("case", "0 to 3", kind);
          };
        });
  }

  private static Unfilled unfilled(WireReader in, Function<Tensors, DataFrame> frame) {
    return new Unfilled(
        in.int32("rows"), in.list("tensors", Integer.BYTES, DataHead::length), frame);
  }

  private static void lengths(WireWriter out, Tensors tensors) {
    out.int32(tensors.rows());
    out.list(tensors.buffers(), (to, buffer) -> to.int32(buffer.remaining()));
  }

  private static int length(WireReader in) {
    int length = in.int32("length of a tensor");
    if (length < 0) {
      throw in.wrong("length of a tensor", "no negative number", length);
    }
    return length;
  }
}
