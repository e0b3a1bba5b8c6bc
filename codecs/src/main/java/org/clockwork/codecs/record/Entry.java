package org.clockwork.codecs.record;

import java.util.List;
import org.clockwork.codecs.wire.WireWriter;
import org.clockwork.core.scheduler.Event;

/** What a recording consists of, after its beginning. */
public sealed interface Entry {

  /**
   * One event, and what came of it.
   *
   * @param nanos when the scheduler was told, on the controller's monotonic clock
   * @param broke the scheduler found its own state broken by it; nothing follows then
   */
  record Turn(Event event, long nanos, List<Command> commands, boolean broke) implements Entry {
    public Turn {
      commands = List.copyOf(commands);
    }

    /** The commands to the last bit, as they stand in the file. */
    public byte[] commandBytes() {
      WireWriter out = new WireWriter();
      EntryForm.commands(out, commands);
      return out.written();
    }
  }

  /** So many turns are missing here: the disk was slower than the load. */
  record Gap(long turns) implements Entry {
    public Gap {
      if (turns < 1) {
        throw new IllegalArgumentException("a gap of %d turns is none".formatted(turns));
      }
    }
  }

  /** Nothing follows. A recording without it was cut off. */
  record End(Cause cause) implements Entry {}

  /** Why a recording ends. */
  enum Cause {
    /** The controller was stopped. */
    STOPPED,
    /** The file had reached its bound; the controller went on. */
    FULL
  }
}
