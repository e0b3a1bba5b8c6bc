package org.clockwork.core.scheduler;

import org.clockwork.core.action.Outcome;

/**
 * How long it takes to reach a worker's executors and to have their results back, as its outcomes
 * tell. What a policy leaves as margin follows from these, so that nobody has to set it.
 */
public final class Delays {
  /** The deviation that is assumed of a leg until enough was measured: a quarter of it. */
  private static final double GUESSED_SHARE = 0.25;

  /** An action is decided so early that it arrives in time but for one in a thousand. */
  static final double IN_TIME_SIGMAS = 3;

  /** An answer is planned so early that it comes in time but for one in a million. */
  private static final double SAFE_SIGMAS = 5;

  /**
   * However slow the way seems, no more is reckoned with: who refuses everybody for its sake never
   * learns that it has become fast again. As far as a worker may be behind, and as much as the
   * published buffer.
   */
  private static final long OUTWARD_NANOS_MAX = 10_000_000;

  private static final long MARGIN_NANOS_MAX = 5_000_000;

  /** What nobody has measured for so long is doubted, twice as much after this time again. */
  static final long SILENCE_NANOS = 250_000_000;

  private final Spread outward;
  private final Spread homeward;
  private long heardNanos = Long.MAX_VALUE;

  // What is asked for many times an outcome, each as its method says.
  private long outwardNanos;
  private long aheadNanos;
  private long homewardNanos;
  private long marginNanos;

  /**
   * @param legNanos of one message, until it was measured
   */
  Delays(long legNanos) {
    outward = new Spread(legNanos, GUESSED_SHARE);
    homeward = new Spread(legNanos, GUESSED_SHARE);
    reckon();
  }

  private void reckon() {
    long out = outward.nanos(0);
    outwardNanos = Math.min(OUTWARD_NANOS_MAX, out);
    aheadNanos = outward.nanos(IN_TIME_SIGMAS);
    homewardNanos = Math.min(MARGIN_NANOS_MAX, homeward.nanos(0));
    marginNanos = Math.min(MARGIN_NANOS_MAX, homeward.nanos(SAFE_SIGMAS) + aheadNanos - out);
  }

  /** From sending an action until an idle executor begins with it. */
  public long outwardNanos() {
    return outwardNanos;
  }

  /** So long before an executor is free its next action is to be sent. */
  public long aheadNanos() {
    return aheadNanos;
  }

  /** From the end of EXEC until the answer is there. */
  public long homewardNanos() {
    return homewardNanos;
  }

  /**
   * So long before a deadline EXEC is planned to have ended: the answer's way, and what both ways
   * vary by.
   */
  public long marginNanos() {
    return marginNanos;
  }

  /**
   * The margin that is worth trying with. As long as outcomes come it is the margin. Where none has
   * come for a while, because everybody was refused for the sake of slow ways, it shrinks and in
   * the end makes up for the way out as well: until somebody is sent, and tells how it is now.
   */
  public long hopefulMarginNanos(long now) {
    long nanos = marginNanos();
    if (!silent(now)) {
      return nanos;
    }
    return Math.round((nanos + outwardNanos()) * leftAfter(now - heardNanos)) - outwardNanos();
  }

  /** What is left of something measured that nobody has heard of for so long. */
  static double leftAfter(long silenceNanos) {
    return Math.pow(2, 1 - silenceNanos / (double) SILENCE_NANOS);
  }

  private boolean silent(long now) {
    return now - SILENCE_NANOS > heardNanos;
  }

  /**
   * An outcome is back. Models are registered in crowds, when a node starts: what is slow then is
   * nothing to plan by, and only what is fast tells.
   *
   * @param sentNanos when its action left
   */
  void observe(Outcome outcome, long sentNanos, boolean inputsPushed, long now) {
    if (silent(now)) {
      outward.doubt();
      homeward.doubt();
    }
    heardNanos = now;
    long receivedNanos = outcome.stamps().receivedNanos();
    if (outcome instanceof Outcome.Inferred inferred) {
      // How long inputs take that come by themselves is their own way's affair.
      long begunNanos =
          inputsPushed ? receivedNanos : Math.max(receivedNanos, inferred.input().endedNanos());
      outward.observe(begunNanos - sentNanos);
      homeward.observe(now - inferred.exec().endedNanos());
    } else {
      long outwardLeg = receivedNanos - sentNanos;
      long homewardLeg = now - outcome.stamps().sentNanos();
      boolean tells =
          outcome instanceof Outcome.Loaded
              || (outwardLeg < outward.nanos(0) && homewardLeg < homeward.nanos(0));
      if (tells) {
        outward.observe(outwardLeg);
        homeward.observe(homewardLeg);
      }
    }
    reckon();
  }
}
