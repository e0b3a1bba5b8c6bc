package org.clockwork.launcher.replay;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Recorder;
import org.clockwork.codecs.record.Recording;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Chronicled;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Decider;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.telemetry.Telemetry;

/**
 * Tells a fresh scheduler all that a recorded one was told, and compares every command bit for bit.
 * Ends at the first difference, and where the recording has a gap: what follows on either proves
 * nothing.
 */
public final class Replay {
  private final Recording recording;
  private final Decider scheduler;
  private Optional<Entry.Turn> again = Optional.empty();
  private long events;
  private long commands;
  private long beginNanos;
  private long nowNanos;
  private Optional<Difference> difference = Optional.empty();
  private Optional<Entry.Gap> gap = Optional.empty();
  private Optional<String> broke = Optional.empty();

  /**
   * What came of it.
   *
   * @param commands compared, those of the differing event left out
   * @param nanos of recorded time
   * @param broke what the scheduler broke of, as it had when it was recorded
   */
  public record Result(
      long events,
      long commands,
      long nanos,
      Optional<Difference> difference,
      Optional<Entry.Gap> gap,
      Optional<Recording.Cut> cut,
      Optional<Entry.Cause> ended,
      Optional<String> broke) {

    /** Whether all that the recording holds was compared and is the same. */
    public boolean same() {
      return difference.isEmpty();
    }
  }

  /**
   * The first difference.
   *
   * @param event its number, from 1
   * @param elapsedNanos since the recording's first event
   * @param command its number among those of the event, from 1
   */
  public record Difference(
      long event, Event happened, long elapsedNanos, int command, String recorded, String now) {}

  /** With the policy that was recorded. */
  public Replay(Recording recording) {
    this(recording, Policies.named(recording.origin().policy()));
  }

  /** With a policy that is said to be the one recorded. */
  public Replay(Recording recording, Policy.Factory policy) {
    this.recording = recording;
    this.scheduler =
        new Chronicled(
            recording.origin().scheduler(policy), new Recorder(turn -> again = Optional.of(turn)));
  }

  /**
   * Runs it.
   *
   * @param progress is told now and then how many bytes were read
   * @throws org.clockwork.codecs.record.RecordingException the file is garbled
   */
  public Result run(LongConsumer progress) throws IOException {
    Optional<Entry> entry = recording.next();
    while (entry.isPresent() && difference.isEmpty() && gap.isEmpty()) {
      switch (entry.get()) {
        case Entry.Turn turn -> replay(turn);
        case Entry.Gap missing -> gap = Optional.of(missing);
        case Entry.End _ -> {}
      }
      progress.accept(recording.atByte());
      if (difference.isEmpty() && gap.isEmpty()) {
        entry = recording.next();
      }
    }
    return new Result(
        events,
        commands,
        nowNanos - beginNanos,
        difference,
        gap,
        recording.cut(),
        recording.ended(),
        broke);
  }

  private void replay(Entry.Turn turn) {
    if (events++ == 0) {
      beginNanos = turn.nanos();
    }
    nowNanos = turn.nanos();
    Optional<String> complaint = Optional.empty();
    try {
      scheduler.on(turn.event(), turn.nanos(), Unheard.COMMANDS);
    } catch (RuntimeException e) {
      complaint = Optional.of(e.toString());
    }
    Entry.Turn now = again.orElseThrow();
    if (!Arrays.equals(turn.commandBytes(), now.commandBytes())) {
      difference = Optional.of(firstCommand(turn, now));
    } else if (turn.broke() != now.broke()) {
      difference =
          Optional.of(
              difference(
                  turn,
                  turn.commands().size() + 1,
                  turn.broke() ? "the scheduler broke" : "the scheduler went on",
                  complaint.map("the scheduler broke: "::concat).orElse("it went on")));
    } else {
      commands += turn.commands().size();
      broke = complaint;
    }
  }

  private Difference firstCommand(Entry.Turn recorded, Entry.Turn now) {
    int at = 0;
    while (at < recorded.commands().size()
        && at < now.commands().size()
        && recorded.commands().get(at).equals(now.commands().get(at))) {
      at++;
    }
    return difference(recorded, at + 1, at(recorded.commands(), at), at(now.commands(), at));
  }

  private static String at(List<Command> commands, int index) {
    return index < commands.size() ? text(commands.get(index)) : "no command";
  }

  private Difference difference(Entry.Turn turn, int command, String recorded, String now) {
    return new Difference(events, turn.event(), turn.nanos() - beginNanos, command, recorded, now);
  }

  private static String text(Command command) {
    return switch (command) {
      case Command.Send(WorkerId worker, Action action) -> "to worker " + worker + ": " + action;
      case Command.Tell(Verdict verdict) -> "to gateway: " + verdict;
      case Command.Publish(ModelStatus status) -> "to everybody: " + status;
      case Command.WakeAt(long nanos) -> "wake at " + nanos;
    };
  }

  /** Nothing is carried out. */
  private enum Unheard implements Commands {
    COMMANDS;

    @Override
    public void send(WorkerId worker, Action action) {}

    @Override
    public void tell(Verdict verdict) {}

    @Override
    public void publish(ModelStatus status) {}

    @Override
    public void wakeAt(long nanos) {}

    @Override
    public void emit(Telemetry event) {}
  }
}
