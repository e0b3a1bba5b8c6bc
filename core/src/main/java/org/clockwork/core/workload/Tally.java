package org.clockwork.core.workload;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.request.RefusalCause;

/**
 * The account of a run: what became of the requests that count. Whoever carries out the load
 * engine's commands tells it of each request when it goes out and when it is answered.
 */
public final class Tally {
  /** A request that went out later than this was not sent when it should have been. */
  public static final long LATE_NANOS = 1_000_000;

  private final Measured measured;
  private final Map<RefusalCause, Long> refused = new EnumMap<>(RefusalCause.class);
  private final Map<String, Long> failed = new TreeMap<>();
  private long startNanos;
  private long offered;
  private long scheduled;
  private long sentLate;
  private long succeeded;
  private long met;
  private long coldStarts;
  private long timedOut;
  private long ended;

  public Tally(Measured measured) {
    this.measured = measured;
  }

  /** The run begins; before this nothing may be counted. */
  public void started(long nowNanos) {
    startNanos = nowNanos;
  }

  /** Whether this request falls into the part of the run that counts. */
  public boolean counts(Offer offer) {
    return measured.includes(offer.intendedNanos() - startNanos);
  }

  public void sent(Offer offer, long nowNanos) {
    if (!counts(offer)) {
      return;
    }
    offered++;
    if (offer.scheduled()) {
      scheduled++;
      if (nowNanos - offer.intendedNanos() > LATE_NANOS) {
        sentLate++;
      }
    }
  }

  public void answered(Offer offer, Ending ending, long nowNanos) {
    if (!counts(offer)) {
      return;
    }
    ended++;
    switch (ending) {
      case Ending.Succeeded success -> succeeded(offer, success, nowNanos);
      case Ending.Refused refusal -> refused.merge(refusal.cause(), 1L, Long::sum);
      case Ending.TimedOut _ -> timedOut++;
      case Ending.Failed failure -> failed.merge(failure.cause(), 1L, Long::sum);
    }
  }

  private void succeeded(Offer offer, Ending.Succeeded success, long nowNanos) {
    succeeded++;
    if (success.coldStart()) {
      coldStarts++;
    }
    if (met(offer, success, nowNanos)) {
      met++;
    }
  }

  /**
   * Whether an answer came inside the objective. The gateway counts from when it took the request;
   * who offered it counts from when it was due, so a late generator can't hide.
   */
  public static boolean met(Offer offer, Ending.Succeeded success, long nowNanos) {
    long sloNanos = offer.objective().sloNanos().orElse(Long.MAX_VALUE);
    return success.met() && nowNanos - offer.intendedNanos() <= sloNanos;
  }

  /** As it stands now. */
  public Totals totals() {
    return new Totals(
        offered,
        succeeded,
        met,
        refused,
        timedOut,
        failed,
        offered - ended,
        coldStarts,
        // At most one in a hundred late: the 99th percentile of lateness is within the bound.
        sentLate * 100 <= scheduled);
  }

  /**
   * The account at one moment. Every request offered is in exactly one of succeeded, refused, timed
   * out, failed and unanswered.
   *
   * @param refused by cause; causes that did not occur are absent
   * @param failed by cause, in alphabetical order
   * @param unanswered 0 once the run is done
   * @param valid the load went out as scheduled: at p99 at most {@link #LATE_NANOS} late
   */
  public record Totals(
      long offered,
      long succeeded,
      long met,
      Map<RefusalCause, Long> refused,
      long timedOut,
      Map<String, Long> failed,
      long unanswered,
      long coldStarts,
      boolean valid) {
    public Totals {
      // Not Map.copyOf: reports list causes in one order.
      refused = Collections.unmodifiableMap(new TreeMap<>(refused));
      failed = Collections.unmodifiableMap(new TreeMap<>(failed));
      long accounted = succeeded + sum(refused) + timedOut + sum(failed) + unanswered;
      if (offered != accounted || met > succeeded || unanswered < 0) {
        throw new IllegalStateException(
            ("the account is off: offered=%d but succeeded=%d (met=%d) refused=%s timedOut=%d failed=%s"
                    + " unanswered=%d")
                .formatted(offered, succeeded, met, refused, timedOut, failed, unanswered));
      }
    }

    public long refusals() {
      return sum(refused);
    }

    public long failures() {
      return sum(failed);
    }

    private static long sum(Map<?, Long> counts) {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }
  }
}
