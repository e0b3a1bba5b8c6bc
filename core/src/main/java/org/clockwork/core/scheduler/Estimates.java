package org.clockwork.core.scheduler;

import org.clockwork.core.model.Profile;

/** What the scheduler expects of one model on one kind of device. */
public final class Estimates {
  private final int[] batches;
  private final Estimate[] exec;

  /** Their values: looked at far more often than anything is learnt. */
  private final long[] execNanos;

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
    for (int i = 0; i < batches.length; i++) {
      exec[i] = new Estimate(profile.execNanos().get(batches[i]));
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

  /** EXEC of the smallest batch that takes so many rows. */
  public long execNanosForRows(int rows) {
    return execNanos[placeFor(rows)];
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
      if (exec[place].typicalNanos() * batches[best] < exec[best].typicalNanos() * batches[place]) {
        best = place;
      }
    }
    if (rows <= batches[best]) {
      return execNanosForRows((int) rows);
    }
    long inFront = Math.ceilDiv(rows, batches[best]) - 1;
    return inFront * exec[best].typicalNanos() + execNanos[best];
  }

  /** Rows per nanosecond at the batch size that gets most done. */
  public double bestRowsPerNano() {
    return bestRowsPerNano;
  }

  private void compare() {
    bestRowsPerNano = 0;
    for (int place = 0; place < batches.length; place++) {
      execNanos[place] = exec[place].nanos();
      bestRowsPerNano = Math.max(bestRowsPerNano, (double) batches[place] / execNanos[place]);
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
    for (Estimate each : exec) {
      each.doubt();
    }
    compare();
  }

  void observeExec(int batch, long nanos) {
    int place = placeFor(batch);
    exec[place].observe(nanos);
    if (exec[place].nanos() != execNanos[place]) {
      compare();
    }
  }

  void observeLoad(long nanos) {
    load.observe(nanos);
  }
}
