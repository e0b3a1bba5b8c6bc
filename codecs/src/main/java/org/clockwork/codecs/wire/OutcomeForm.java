package org.clockwork.codecs.wire;

import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;

/** What a worker says of an action. */
final class OutcomeForm implements WireForm<Outcome> {
  private static final byte INFERRED = 0;
  private static final byte LOADED = 1;
  private static final byte UNLOADED = 2;
  private static final byte REGISTERED = 3;
  private static final byte WITHDRAWN = 4;
  private static final byte REFUSED = 5;
  private static final byte VERSIONED = 6;

  @Override
  public void write(WireWriter out, Outcome outcome) {
    out.int8(
        switch (outcome) {
          case Outcome.Inferred _ -> INFERRED;
          case Outcome.Loaded _ -> LOADED;
          case Outcome.Unloaded _ -> UNLOADED;
          case Outcome.Registered _ -> REGISTERED;
          case Outcome.Withdrawn _ -> WITHDRAWN;
          case Outcome.Refused _ -> REFUSED;
          case Outcome.Versioned _ -> VERSIONED;
        });
    Ids.write(out, outcome.action());
    out.int64(outcome.stamps().receivedNanos());
    out.int64(outcome.stamps().sentNanos());
    switch (outcome) {
      case Outcome.Inferred inferred -> {
        write(out, inferred.input());
        write(out, inferred.exec());
        write(out, inferred.output());
        out.int32(inferred.clock().beforeMegahertz());
        out.int32(inferred.clock().afterMegahertz());
      }
      case Outcome.Loaded loaded -> write(out, loaded.load());
      case Outcome.Registered registered -> ModelForms.write(out, registered.model());
      case Outcome.Refused refused -> {
        Codes.write(out, refused.code());
        out.text(refused.reason());
      }
      case Outcome.Versioned versioned -> out.int64(versioned.highest());
      case Outcome.Unloaded _, Outcome.Withdrawn _ -> {}
    }
  }

  @Override
  public Outcome read(WireReader in) {
    byte kind = in.int8("case");
    ActionId action = Ids.action(in);
    Outcome.Stamps stamps = new Outcome.Stamps(in.int64("receivedNanos"), in.int64("sentNanos"));
    return switch (kind) {
      case INFERRED ->
          new Outcome.Inferred(
              action,
              span(in, "input"),
              span(in, "exec"),
              span(in, "output"),
              new GpuClock(in.int32("beforeMegahertz"), in.int32("afterMegahertz")),
              stamps);
      case LOADED -> new Outcome.Loaded(action, span(in, "load"), stamps);
      case UNLOADED -> new Outcome.Unloaded(action, stamps);
      case REGISTERED -> new Outcome.Registered(action, ModelForms.hosted(in), stamps);
      case WITHDRAWN -> new Outcome.Withdrawn(action, stamps);
      case REFUSED -> new Outcome.Refused(action, Codes.error(in), in.text("reason"), stamps);
      case VERSIONED -> new Outcome.Versioned(action, in.int64("highest"), stamps);
      default -> throw in.wrong("case", "0 to 6", kind);
    };
  }

  private static void write(WireWriter out, Span span) {
    out.int64(span.begunNanos());
    out.int64(span.endedNanos());
  }

  private static Span span(WireReader in, String field) {
    return new Span(in.int64(field), in.int64(field));
  }
}
