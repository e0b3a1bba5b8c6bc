package org.clockwork.codecs.wire;

import org.clockwork.core.gateway.Verdict;

/** What the controller tells a gateway. */
final class VerdictForm implements WireForm<Verdict> {
  private static final byte DISPATCHED = 0;
  private static final byte REFUSED = 1;
  private static final byte TIMED_OUT = 2;
  private static final byte FAILED = 3;

  @Override
  public void write(WireWriter out, Verdict verdict) {
    switch (verdict) {
      case Verdict.Dispatched dispatched -> {
        out.int8(DISPATCHED);
        Ids.write(out, dispatched.request());
        Ids.write(out, dispatched.action());
        Ids.write(out, dispatched.gpu());
        out.bool(dispatched.coldStart());
        out.int64(dispatched.queuedNanos());
        out.int64(dispatched.loadNanos());
        out.int64(dispatched.promisedInNanos());
      }
      case Verdict.Refused refused -> {
        out.int8(REFUSED);
        Ids.write(out, refused.request());
        Codes.write(out, refused.cause());
        out.text(refused.reason());
        out.int64(refused.retryAfterNanos());
      }
      case Verdict.TimedOut timedOut -> {
        out.int8(TIMED_OUT);
        Ids.write(out, timedOut.request());
      }
      case Verdict.Failed failed -> {
        out.int8(FAILED);
        Ids.write(out, failed.request());
        Codes.write(out, failed.code());
        out.text(failed.reason());
      }
    }
  }

  @Override
  public Verdict read(WireReader in) {
    byte kind = in.int8("case");
    return switch (kind) {
      case DISPATCHED ->
          new Verdict.Dispatched(
              Ids.request(in),
              Ids.action(in),
              Ids.gpu(in),
              in.bool("coldStart"),
              in.int64("queuedNanos"),
              in.int64("loadNanos"),
              in.int64("promisedInNanos"));
      case REFUSED ->
          new Verdict.Refused(
              Ids.request(in), Codes.cause(in), in.text("reason"), in.int64("retryAfterNanos"));
      case TIMED_OUT -> new Verdict.TimedOut(Ids.request(in));
      case FAILED -> new Verdict.Failed(Ids.request(in), Codes.error(in), in.text("reason"));
      default -> throw in.wrong("case", "0 to 3", kind);
    };
  }
}
