package org.clockwork.codecs.wire;

import org.clockwork.core.gateway.Answer;
import org.clockwork.core.request.RequestId;

/** What a client is told in the end. */
final class AnswerForm implements WireForm<Answer> {
  private static final byte SUCCEEDED = 0;
  private static final byte REFUSED = 1;
  private static final byte TIMED_OUT = 2;
  private static final byte FAILED = 3;

  @Override
  public void write(WireWriter out, Answer answer) {
    out.int8(
        switch (answer) {
          case Answer.Succeeded _ -> SUCCEEDED;
          case Answer.Refused _ -> REFUSED;
          case Answer.TimedOut _ -> TIMED_OUT;
          case Answer.Failed _ -> FAILED;
        });
    Ids.write(out, answer.request());
    out.int64(answer.latencyNanos());
    switch (answer) {
      case Answer.Succeeded success -> {
        out.bool(success.met());
        TensorForms.write(out, success.tensors());
        Ids.write(out, success.gpu());
        out.int32(success.batch());
        out.bool(success.coldStart());
        out.int64(success.queuedNanos());
        out.int64(success.loadNanos());
        out.int64(success.inputNanos());
        out.int64(success.execNanos());
        out.int64(success.outputNanos());
        out.int64(success.promisedNanos());
      }
      case Answer.Refused refused -> {
        Codes.write(out, refused.cause());
        out.text(refused.reason());
        out.int64(refused.retryAfterNanos());
      }
      case Answer.TimedOut _ -> {}
      case Answer.Failed failed -> {
        Codes.write(out, failed.code());
        out.text(failed.reason());
      }
    }
  }

  @Override
  public Answer read(WireReader in) {
    byte kind = in.int8("case");
    RequestId request = Ids.request(in);
    long latencyNanos = in.int64("latencyNanos");
    return switch (kind) {
      case SUCCEEDED ->
          new Answer.Succeeded(
              request,
              latencyNanos,
              in.bool("met"),
              TensorForms.tensors(in),
              Ids.gpu(in),
              in.int32("batch"),
              in.bool("coldStart"),
              in.int64("queuedNanos"),
              in.int64("loadNanos"),
              in.int64("inputNanos"),
              in.int64("execNanos"),
              in.int64("outputNanos"),
              in.int64("promisedNanos"));
      case REFUSED ->
          new Answer.Refused(
              request,
              latencyNanos,
              Codes.cause(in),
              in.text("reason"),
              in.int64("retryAfterNanos"));
      case TIMED_OUT -> new Answer.TimedOut(request, latencyNanos);
      case FAILED -> new Answer.Failed(request, latencyNanos, Codes.error(in), in.text("reason"));
      default -> throw in.wrong("case", "0 to 3", kind);
    };
  }
}
