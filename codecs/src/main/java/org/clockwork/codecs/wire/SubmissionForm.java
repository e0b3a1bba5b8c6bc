package org.clockwork.codecs.wire;

import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;

/** An inference as a client asks for it. */
final class SubmissionForm implements WireForm<Submission> {
  private static final byte NAMED = 0;
  private static final byte ORDERED = 1;
  private static final byte GENERATED = 2;

  /** A tensor's name, type, shape and content, all empty. */
  private static final int NAMED_TENSOR_BYTES = 3 * Integer.BYTES + 1;

  @Override
  public void write(WireWriter out, Submission submission) {
    out.text(submission.model());
    switch (submission.payload()) {
      case Payload.Named named -> {
        out.int8(NAMED);
        out.list(named.tensors(), SubmissionForm::write);
      }
      case Payload.Ordered ordered -> {
        out.int8(ORDERED);
        TensorForms.write(out, ordered.tensors());
      }
      case Payload.Generated generated -> {
        out.int8(GENERATED);
        out.int32(generated.rows());
      }
    }
    out.optional(submission.objective().sloNanos(), WireWriter::int64);
    out.optional(submission.objective().sloFactor(), WireWriter::float64);
    out.text(submission.tenant());
    out.int32(submission.priority());
    out.optional(submission.retryOf(), Ids::write);
    out.optional(submission.trace(), Ids::write);
  }

  @Override
  public Submission read(WireReader in) {
    return new Submission(
        in.text("model"),
        payload(in),
        new Objective(
            in.optional("sloNanos", reader -> reader.int64("sloNanos")),
            in.optional("sloFactor", reader -> reader.float64("sloFactor"))),
        in.text("tenant"),
        in.int32("priority"),
        in.optional("retryOf", Ids::request),
        in.optional("trace", Ids::traceparent));
  }

  private static Payload payload(WireReader in) {
    byte kind = in.int8("payload");
    return switch (kind) {
      case NAMED ->
          new Payload.Named(in.list("tensors", NAMED_TENSOR_BYTES, SubmissionForm::tensor));
      case ORDERED -> new Payload.Ordered(TensorForms.tensors(in));
      case GENERATED -> new Payload.Generated(in.int32("rows"));
      default -> throw in.wrong("payload", "0 to 2", kind);
    };
  }

  private static void write(WireWriter out, NamedTensor tensor) {
    out.text(tensor.name());
    Codes.write(out, tensor.type());
    out.list(tensor.shape(), WireWriter::int64);
    out.bytes(tensor.content());
  }

  private static NamedTensor tensor(WireReader in) {
    return new NamedTensor(
        in.text("name"),
        Codes.type(in),
        in.list("shape", Long.BYTES, reader -> reader.int64("dimension")),
        in.bytes("content"));
  }
}
