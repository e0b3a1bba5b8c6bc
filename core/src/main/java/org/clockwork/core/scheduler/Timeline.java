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

  /** When something sent now could begin: never before {@code now}. */
  public long freeAtNanos(long now) {
    if (count == 0) {
      return now;
    }
    // What runs now may be late, but it doesn't end in the past.
    return Math.max(
        heldUntilNanos, Math.max(beginNanos + durationNanos, now + durationNanos - firstNanos));
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
    add(action);
  }

  /** It can't begin before its prediction says so, even if the executor is free: it waits. */
  void sentToWait(Outstanding action) {
    heldUntilNanos = action.prediction().endNanos();
    add(action);
  }

  private void add(Outstanding action) {
    if (count == 0) {
      beginNanos = action.prediction().beginNanos();
      firstNanos = action.prediction().durationNanos();
    }
    outstanding.addLast(action);
    count++;
    durationNanos += action.prediction().durationNanos();
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
    if (first) {
      beginNanos = Math.max(beginNanos, endedNanos);
      firstNanos = count == 0 ? 0 : outstanding.getFirst().prediction().durationNanos();
    }
  }
}
