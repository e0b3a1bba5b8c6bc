package org.clockwork.launcher.replay;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.clockwork.codecs.record.Entry;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.Recording;
import org.clockwork.core.scheduler.Event;
import org.clockwork.experiments.Surroundings;

/**
 * A recording as a load, a fleet and what became of both: what one needs to ask how it would have
 * gone otherwise. Takes about 200 bytes of memory for each request.
 */
public final class RecordedRun {
  private final Origin origin;
  private final Fleet fleet = new Fleet();
  private final Delays delays = new Delays(fleet);
  private final Account account = new Account();
  private Requests requests = new Requests(0);
  private OptionalLong drainedNanos = OptionalLong.empty();
  private long events;
  private long missing;
  private long beginNanos;
  private long endNanos;
  private Optional<Recording.Cut> cut = Optional.empty();

  private RecordedRun(Origin origin) {
    this.origin = origin;
  }

  /**
   * Reads it to its end, or to where it was cut.
   *
   * @param progress is told now and then how many bytes were read
   * @throws org.clockwork.codecs.record.RecordingException the file is garbled
   */
  public static RecordedRun read(Recording recording, LongConsumer progress) throws IOException {
    RecordedRun run = new RecordedRun(recording.origin());
    for (Optional<Entry> entry = recording.next(); entry.isPresent(); entry = recording.next()) {
      switch (entry.get()) {
        case Entry.Turn turn -> run.add(turn);
        case Entry.Gap(long turns) -> run.missing += turns;
        case Entry.End _ -> {}
      }
      progress.accept(recording.atByte());
    }
    run.cut = recording.cut();
    return run;
  }

  private void add(Entry.Turn turn) {
    if (events++ == 0) {
      beginNanos = turn.nanos();
      requests = new Requests(beginNanos);
    }
    endNanos = turn.nanos();
    if (turn.event() instanceof Event.Draining) {
      drainedNanos = OptionalLong.of(turn.nanos());
    }
    fleet.accept(turn);
    delays.accept(turn);
    requests.accept(turn);
    account.accept(turn);
  }

  public Origin origin() {
    return origin;
  }

  /** What became of the load when it was recorded. */
  public Figures figures() {
    return account.figures();
  }

  /** The most GPUs that were there at the same time. */
  public int gpus() {
    return fleet.gpusAtOnce();
  }

  /** From the first request to the last. */
  public double loadSeconds() {
    return requests.seconds();
  }

  public long events() {
    return events;
  }

  /** Events that the recording does not hold. */
  public long missing() {
    return missing;
  }

  public double seconds() {
    return (endNanos - beginNanos) / 1e9;
  }

  public Optional<Recording.Cut> cut() {
    return cut;
  }

  /** What messages, timers and devices took. */
  public List<Measured> measured() {
    return delays.measured();
  }

  /**
   * The same delays for a trial.
   *
   * @param loadBeginsNanos when, in its time, its load begins as this one's began
   */
  public Surroundings surroundings(long loadBeginsNanos) {
    return new SameDelays(delays, beginNanos + requests.firstNanos() - loadBeginsNanos);
  }

  /** From when recorded times count in {@link #requests}. */
  long beginNanos() {
    return beginNanos;
  }

  OptionalLong drainedNanos() {
    return drainedNanos;
  }

  Fleet fleet() {
    return fleet;
  }

  Delays delays() {
    return delays;
  }

  Requests requests() {
    return requests;
  }
}
