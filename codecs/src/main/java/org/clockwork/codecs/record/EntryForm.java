package org.clockwork.codecs.record;

import java.util.List;
import org.clockwork.codecs.wire.WireForm;
import org.clockwork.codecs.wire.WireForms;
import org.clockwork.codecs.wire.WireReader;
import org.clockwork.codecs.wire.WireWriter;

/** Turns, gaps and the end. */
final class EntryForm implements WireForm<Entry> {
  private static final byte TURN = 0;
  private static final byte GAP = 1;
  private static final byte END = 2;

  private static final byte SEND = 0;
  private static final byte TELL = 1;
  private static final byte PUBLISH = 2;
  private static final byte WAKE_AT = 3;

  private static final HappeningForm EVENTS = new HappeningForm();

  @Override
  public void write(WireWriter out, Entry entry) {
    switch (entry) {
      case Entry.Turn turn -> {
        out.int8(TURN);
        EVENTS.write(out, turn.event());
        out.int64(turn.nanos());
        commands(out, turn.commands());
        out.bool(turn.broke());
      }
      case Entry.Gap(long turns) -> {
        out.int8(GAP);
        out.int64(turns);
      }
      case Entry.End(Entry.Cause cause) -> {
        out.int8(END);
        out.bool(
            switch (cause) {
              case STOPPED -> false;
              case FULL -> true;
            });
      }
    }
  }

  @Override
  public Entry read(WireReader in) {
    byte kind = in.int8("entry");
    return switch (kind) {
      case TURN ->
          new Entry.Turn(
              EVENTS.read(in),
              in.int64("nanos"),
              in.list("commands", 1, EntryForm::command),
              in.bool("broke"));
      case GAP -> new Entry.Gap(in.int64("turns"));
      case END -> new Entry.End(in.bool("full") ? Entry.Cause.FULL : Entry.Cause.STOPPED);
      default -> throw in.wrong("entry", "0 to 2", kind);
    };
  }

  static void commands(WireWriter out, List<Command> commands) {
    out.list(commands, EntryForm::command);
  }

  private static void command(WireWriter out, Command command) {
    switch (command) {
      case Command.Send(var worker, var action) -> {
        out.int8(SEND);
        WireForms.WORKER_ID.write(out, worker);
        WireForms.ACTION.write(out, action);
      }
      case Command.Tell(var verdict) -> {
        out.int8(TELL);
        WireForms.VERDICT.write(out, verdict);
      }
      case Command.Publish(var status) -> {
        out.int8(PUBLISH);
        WireForms.MODEL_STATUS.write(out, status);
      }
      case Command.WakeAt(long nanos) -> {
        out.int8(WAKE_AT);
        out.int64(nanos);
      }
    }
  }

  private static Command command(WireReader in) {
    byte kind = in.int8("command");
    return switch (kind) {
      case SEND -> new Command.Send(WireForms.WORKER_ID.read(in), WireForms.ACTION.read(in));
      case TELL -> new Command.Tell(WireForms.VERDICT.read(in));
      case PUBLISH -> new Command.Publish(WireForms.MODEL_STATUS.read(in));
      case WAKE_AT -> new Command.WakeAt(in.int64("wakeAt"));
      default -> throw in.wrong("command", "0 to 3", kind);
    };
  }
}
