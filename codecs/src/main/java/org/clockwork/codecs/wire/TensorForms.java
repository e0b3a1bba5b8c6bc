package org.clockwork.codecs.wire;

import java.util.function.Function;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;

/** Tensors, and the messages that exist to carry them. */
final class TensorForms {
  private static final byte INLINE = 0;
  private static final byte HELD = 1;
  private static final byte GENERATED = 2;

  private TensorForms() {}

  static final class OfInputs implements WireForm<Inputs> {
    @Override
    public void write(WireWriter out, Inputs inputs) {
      Ids.write(out, inputs.request());
      TensorForms.write(out, inputs.tensors());
    }

    @Override
    public Inputs read(WireReader in) {
      return new Inputs(Ids.request(in), tensors(in));
    }
  }

  static final class OfOutputs implements WireForm<Outputs> {
    @Override
    public void write(WireWriter out, Outputs outputs) {
      TensorForms.writeAllBut(out, outputs);
      TensorForms.write(out, outputs.tensors());
    }

    @Override
    public Outputs read(WireReader in) {
      return outputs(in).apply(tensors(in));
    }
  }

  /** Outputs without their tensors. */
  static void writeAllBut(WireWriter out, Outputs outputs) {
    Ids.write(out, outputs.request());
    Ids.write(out, outputs.gpu());
    out.int32(outputs.batch());
    out.int64(outputs.inputNanos());
    out.int64(outputs.execNanos());
    out.int64(outputs.outputNanos());
  }

  /** What was written without its tensors; they make it whole. */
  static Function<Tensors, Outputs> outputs(WireReader in) {
    var request = Ids.request(in);
    var gpu = Ids.gpu(in);
    int batch = in.int32("batch");
    long inputNanos = in.int64("inputNanos");
    long execNanos = in.int64("execNanos");
    long outputNanos = in.int64("outputNanos");
    return tensors -> new Outputs(request, tensors, gpu, batch, inputNanos, execNanos, outputNanos);
  }

  static void write(WireWriter out, Tensors tensors) {
    out.int32(tensors.rows());
    out.list(tensors.buffers(), WireWriter::bytes);
  }

  static Tensors tensors(WireReader in) {
    return new Tensors(
        in.int32("rows"), in.list("tensors", Integer.BYTES, reader -> reader.bytes("a tensor")));
  }

  static void write(WireWriter out, Input input) {
    switch (input) {
      case Input.Inline(Tensors tensors) -> {
        out.int8(INLINE);
        write(out, tensors);
      }
      case Input.Held(long bytes) -> {
        out.int8(HELD);
        out.int64(bytes);
      }
      case Input.Generated() -> out.int8(GENERATED);
    }
  }

  static Input input(WireReader in) {
    byte kind = in.int8("input");
    return switch (kind) {
      case INLINE -> new Input.Inline(tensors(in));
      case HELD -> new Input.Held(in.int64("held bytes"));
      case GENERATED -> new Input.Generated();
      default -> throw in.wrong("input", "0 to 2", kind);
    };
  }
}
