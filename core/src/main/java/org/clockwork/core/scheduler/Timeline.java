package org.clockwork.core.scheduler;

import java.util.ArrayDeque;

/**
 * What one executor of one GPU has been given to do and when it will have done it. Executors work
 * one action after the other, so two sums are enough: when the first one began and how long all of
 * them take.
 */
public final class Timeline {
  private final ArrayDeque<Outstanding> outstanding = new ArrayDeque<>();

  /** As many as there are in the queue, which need not be fetched to know. */
  private int count;

  private long beginNanos;
  private long durationNanos;
  private long firstNanos;

  /** What was sent last can't be through before, whoever is faster than predicted. */
  private long heldUntilNanos = Long.MIN_VALUE;

  // The same where each takes what it usually does.
  private long typicalNanos;
  private long typicalFirstNanos;
  private long typicallyHeldUntilNanos = Long.MIN_VALUE;

  /** When something sent now could begin: never before {@code now}. */
  public long freeAtNanos(long now) {
    return freeAtNanos(durationNanos, firstNanos, heldUntilNanos, now);
  }

  /**
   * The same, to compare executors by: of one that is late it is the moment after, since somebody
   * who is idle is freer.
   */
  public long freeBesideOthersNanos(long now) {
    return freeAtNanos(now) + (count > 0 ? 1 : 0);
  }

  /**
   * When the executor should have something new to do: it usually is free by then, although that
   * can't be reckoned with.
   */
  public long usuallyFreeAtNanos(long now) {
    return freeAtNanos(typicalNanos, typicalFirstNanos, typicallyHeldUntilNanos, now);
  }

  private long freeAtNanos(long all, long first, long heldUntil, long now) {
    if (count == 0) {
      return now;
    }
    // What runs now may be late, but it doesn't end in the past.
    return Math.max(heldUntil, Math.max(beginNanos + all, now + all - first));
  }

  /** Work that is still to be done. */
  public long outstandingNanos(long now) {
    return freeAtNanos(now) - now;
  }

  /** Actions that were sent and have not ended. */
  public int outstanding() {
    return count;
  }

  /** How far the action in front is behind its prediction; negative while it is not. */
  public long lagNanos(long now) {
    return count == 0 ? Long.MIN_VALUE : now - beginNanos - firstNanos;
  }

  void sent(Outstanding action) {
    heldUntilNanos = Long.MIN_VALUE;
    typicallyHeldUntilNanos = Long.MIN_VALUE;
    add(action);
  }

  /** It can't begin before its prediction says so, even if the executor is free: it waits. */
  void sentToWait(Outstanding action) {
    heldUntilNanos = action.prediction().endNanos();
    typicallyHeldUntilNanos = action.prediction().beginNanos() + action.typicalNanos();
    add(action);
  }

  private void add(Outstanding action) {
    if (count == 0) {
      beginNanos = action.prediction().beginNanos();
      first(action);
    }
    outstanding.addLast(action);
    count++;
    durationNanos += action.prediction().durationNanos();
    typicalNanos += action.typicalNanos();
  }

  /** The action has ended at this time, or was refused then. */
  void ended(Outstanding action, long endedNanos) {
    boolean first = action.equals(outstanding.peekFirst());
    // Outcomes of one executor come in its order, so this looks at one or two elements.
    if (!outstanding.remove(action)) {
      throw new IllegalStateException(action.id() + " ended but was not outstanding here");
    }
    count--;
    durationNanos -= action.prediction().durationNanos();
    typicalNanos -= action.typicalNanos();
    if (first) {
      beginNanos = Math.max(beginNanos, endedNanos);
      if (count > 0) {
        first(outstanding.getFirst());
      }
    }
  }

  private void first(Outstanding action) {
    firstNanos = action.prediction().durationNanos();
    typicalFirstNanos = action.typicalNanos();
  }
}
