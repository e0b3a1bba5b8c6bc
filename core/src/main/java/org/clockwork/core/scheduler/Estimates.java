package org.clockwork.core.scheduler;

import org.clockwork.core.model.Profile;

/** What the scheduler expects of one model on one kind of device. */
public final class Estimates {
  private final int[] batches;
  private final Estimate[] exec;

  // Their values: looked at far more often than anything is learnt.
  private final long[] execNanos;
  private final long[] typicalNanos;

  /** The least of this batch size and of all larger ones. */
  private final long[] shortestNanos;

  /** Profiled to take no longer than the next larger batch size. */
  private final boolean[] shorterThanNext;

  private final Estimate load;
  private final int pages;
  private double bestRowsPerNano;

  Estimates(Profile profile, SchedulerConfig config) {
    batches =
        profile.execNanos().entrySet().stream()
            .filter(
                entry ->
                    entry.getKey().equals(profile.execNanos().firstKey())
                        || (entry.getKey() <= config.maxBatch()
                            && entry.getValue() <= config.maxExecNanos()))
            .mapToInt(entry -> entry.getKey())
            .toArray();
    exec = new Estimate[batches.length];
    execNanos = new long[batches.length];
    typicalNanos = new long[batches.length];
    shortestNanos = new long[batches.length];
    shorterThanNext = new boolean[batches.length];
    for (int i = 0; i < batches.length; i++) {
      exec[i] = new Estimate(profile.execNanos().get(batches[i]));
      learnt(i);
      shorterThanNext[i] =
          i + 1 < batches.length
              && profile.execNanos().get(batches[i]) <= profile.execNanos().get(batches[i + 1]);
    }
    load = new Estimate(profile.loadNanos());
    pages = profile.pages();
    compare();
  }

  /** Number of batch sizes; they are counted from the smallest, 0. */
  public int sizes() {
    return batches.length;
  }

  /** The batch size at this place. */
  public int batch(int place) {
    return batches[place];
  }

  /** EXEC of the batch size at this place. */
  public long execNanos(int place) {
    return execNanos[place];
  }

  /** What the smallest batch that takes so many rows takes as often as not. */
  public long typicalExecNanosForRows(int rows) {
    return typicalNanos[placeFor(rows)];
  }

  /** EXEC of the smallest batch that takes so many rows. */
  public long execNanosForRows(int rows) {
    return execNanos[placeFor(rows)];
  }

  /**
   * The shortest EXEC that so many rows can have: that of a larger batch, where the smallest that
   * takes them was slow for once.
   */
  public long shortestExecNanos(int rows) {
    return shortestNanos[placeFor(rows)];
  }

  /** Place of the smallest batch size that takes so many rows; the largest where none does. */
  public int placeFor(int rows) {
    int place = 0;
    while (place < batches.length - 1 && batches[place] < rows) {
      place++;
    }
    return place;
  }

  public int largestBatch() {
    return batches[batches.length - 1];
  }

  /**
   * Time for so many rows, in batches of the size that gets most done. Where there are more than
   * one batch, the last counts as full, because by its time others will have joined it, and those
   * in front of it take what they usually take.
   */
  public long drainNanos(long rows) {
    int best = 0;
    for (int place = 1; place < batches.length; place++) {
      if (typicalNanos[place] * batches[best] < typicalNanos[best] * batches[place]) {
        best = place;
      }
    }
    if (rows <= batches[best]) {
      return execNanosForRows((int) rows);
    }
    long inFront = Math.ceilDiv(rows, batches[best]) - 1;
    return inFront * typicalNanos[best] + execNanos[best];
  }

  /** Rows per nanosecond at the batch size that gets most done. */
  public double bestRowsPerNano() {
    return bestRowsPerNano;
  }

  /** Says whether EXEC of the batch size at this place is expected to take another time now. */
  private boolean learnt(int place) {
    long before = execNanos[place];
    execNanos[place] = exec[place].nanos();
    typicalNanos[place] = exec[place].typicalNanos();
    return execNanos[place] != before;
  }

  private void compare() {
    bestRowsPerNano = 0;
    long shortest = Long.MAX_VALUE;
    for (int place = batches.length - 1; place >= 0; place--) {
      bestRowsPerNano = Math.max(bestRowsPerNano, (double) batches[place] / execNanos[place]);
      shortest = Math.min(shortest, execNanos[place]);
      shortestNanos[place] = shortest;
    }
  }

  public long loadNanos() {
    return load.nanos();
  }

  /** Pages of the weights cache that the model fills. */
  public int pages() {
    return pages;
  }

  /** Requests were turned away or lost on the word of these estimates alone. */
  void doubt() {
    for (int place = 0; place < batches.length; place++) {
      exec[place].doubt();
      learnt(place);
    }
    compare();
  }

  /**
   * A batch of this size took so long. It also speaks for the smaller ones, which would not have
   * taken longer: what was slow once would else look worse than a larger batch that is hardly
   * filled, never be run again, and stay as slow as it was for good.
   */
  void observeExec(int batch, long nanos) {
    int place = placeFor(batch);
    exec[place].observe(nanos);
    boolean changed = learnt(place);
    for (int each = place - 1; each >= 0 && shorterThanNext[each]; each--) {
      if (execNanos[each] > nanos) {
        exec[each].cut(nanos);
        changed |= learnt(each);
      }
    }
    if (changed) {
      compare();
    }
  }

  /** Requests were turned away on the word of the LOAD's estimate. */
  void doubtLoad() {
    load.doubt();
  }

  void observeLoad(long nanos) {
    load.observe(nanos);
  }
}
