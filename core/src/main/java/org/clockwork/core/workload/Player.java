package org.clockwork.core.workload;

import java.util.random.RandomGenerator;
import org.clockwork.core.workload.ArrivalProcess.BurstyClosed;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.Open;

/**
 * One stream at play: says when its requests are due, counted from the run's start; {@link
 * Course#NEVER} where none follows.
 */
sealed interface Player {

  /** How many requests the stream begins with; {@link #firstNanos} is asked once for each. */
  long beginnings();

  long firstNanos();

  /** When the request is due that follows on one being sent. */
  long afterSending();

  /** When the request is due that follows on one being answered. */
  long afterAnswer(Ending ending, long elapsedNanos);

  /** The time itself where a request may go out then, otherwise the first time at which it may. */
  default long admittedNanos(long dueNanos) {
    return dueNanos;
  }

  static Player of(ArrivalProcess arrivals, RandomGenerator chance) {
    return switch (arrivals) {
      case Open open -> new OpenPlayer(open.timeline(chance));
      case ClosedLoop loop ->
          new ClosedPlayer(loop.concurrency(), loop.requests(), loop.startJitterNanos(), chance);
      case BurstyClosed loop ->
          new BurstyPlayer(
              new ClosedPlayer(loop.concurrency(), Long.MAX_VALUE, 0, chance),
              Pace.bursts(1, loop.bursts(), chance));
    };
  }

  record OpenPlayer(Timeline timeline) implements Player {
    @Override
    public long beginnings() {
      return 1;
    }

    @Override
    public long firstNanos() {
      return timeline.nextNanos();
    }

    @Override
    public long afterSending() {
      return timeline.nextNanos();
    }

    @Override
    public long afterAnswer(Ending ending, long elapsedNanos) {
      return Course.NEVER;
    }
  }

  final class ClosedPlayer implements Player {
    /**
     * A refused client waits 10 ms ± 50 %, so that those refused together don't return together.
     */
    private static final long BACK_OFF_NANOS_MIN = 5_000_000;

    private static final long BACK_OFF_NANOS_MAX = 15_000_000;

    /** However far away the retry hint is: a closed loop that waited longer would be no load. */
    private static final long HINTED_NANOS_MAX = 20_000_000;

    private final int concurrency;
    private final long startJitterNanos;
    private final RandomGenerator chance;
    private long unplanned;

    private ClosedPlayer(
        int concurrency, long requests, long startJitterNanos, RandomGenerator chance) {
      this.concurrency = concurrency;
      this.startJitterNanos = startJitterNanos;
      this.chance = chance;
      this.unplanned = requests;
    }

    @Override
    public long beginnings() {
      return Math.min(concurrency, unplanned);
    }

    @Override
    public long firstNanos() {
      unplanned--;
      return startJitterNanos == 0 ? 0 : chance.nextLong(startJitterNanos);
    }

    @Override
    public long afterSending() {
      return Course.NEVER;
    }

    @Override
    public long afterAnswer(Ending ending, long elapsedNanos) {
      if (unplanned == 0) {
        return Course.NEVER;
      }
      unplanned--;
      return switch (ending) {
        case Ending.Succeeded _, Ending.TimedOut _ -> elapsedNanos;
        case Ending.Refused refused -> elapsedNanos + backOffNanos(refused.retryAfterNanos());
        // Failures can come back at once; without a wait the loop would spin on them.
        case Ending.Failed _ -> elapsedNanos + backOffNanos(0);
      };
    }

    private long backOffNanos(long hintNanos) {
      long drawnNanos = chance.nextLong(BACK_OFF_NANOS_MIN, BACK_OFF_NANOS_MAX + 1);
      return Math.max(drawnNanos, Math.min(hintNanos, HINTED_NANOS_MAX));
    }
  }

  /** A closed loop that is let through during bursts only. */
  record BurstyPlayer(ClosedPlayer loop, Pace bursts) implements Player {
    @Override
    public long beginnings() {
      return loop.beginnings();
    }

    @Override
    public long firstNanos() {
      return loop.firstNanos();
    }

    @Override
    public long afterSending() {
      return loop.afterSending();
    }

    @Override
    public long afterAnswer(Ending ending, long elapsedNanos) {
      return loop.afterAnswer(ending, elapsedNanos);
    }

    @Override
    public long admittedNanos(long dueNanos) {
      // Due times come here in ascending order, so no stretch is asked about after it was left.
      while (bursts.untilNanos() <= dueNanos) {
        bursts.advance();
      }
      return bursts.perSecond() > 0 ? dueNanos : bursts.untilNanos();
    }
  }
}
