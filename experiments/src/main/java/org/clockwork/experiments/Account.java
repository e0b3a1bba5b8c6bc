package org.clockwork.experiments;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.clockwork.core.request.RefusalCause;

/** What became of the requests of one origin that were sent in one window of a trial. */
public final class Account {
  private static final int DIGITS = 3;

  private final Histogram latencyNanos = new Histogram(DIGITS);
  private final Histogram refusalNanos = new Histogram(DIGITS);
  private final Histogram slackNanos = new Histogram(DIGITS);
  private final Map<RefusalCause, Long> refused = new TreeMap<>();
  private final double seconds;
  private long offered;
  private long succeeded;
  private long met;
  private long cold;
  private long timedOut;
  private long failed;
  private long lateAccepted;
  private long promised;
  private long promisesKept;

  /**
   * @param seconds how long the window is
   */
  Account(double seconds) {
    this.seconds = seconds;
  }

  void sent() {
    offered++;
  }

  void succeeded(long nanos, boolean inTime, boolean coldStart) {
    succeeded++;
    latencyNanos.recordValue(nanos);
    if (inTime) {
      met++;
    } else {
      lateAccepted++;
    }
    if (coldStart) {
      cold++;
    }
  }

  void refused(RefusalCause cause, long nanos) {
    refused.merge(cause, 1L, Long::sum);
    refusalNanos.recordValue(nanos);
  }

  /**
   * @param accepted it had been given to a worker, which did not make it
   */
  void timedOut(long nanos, boolean accepted) {
    timedOut++;
    refusalNanos.recordValue(nanos);
    if (accepted) {
      lateAccepted++;
      promised++;
    }
  }

  void broke() {
    failed++;
  }

  /**
   * @param slackNanos from the answer to the time that was promised; below 0 the promise was broken
   */
  void promised(long slackNanos) {
    promised++;
    if (slackNanos >= 0) {
      promisesKept++;
    }
    this.slackNanos.recordValue(Math.max(0, slackNanos));
  }

  public long offered() {
    return offered;
  }

  public long met() {
    return met;
  }

  /** Answered after its objective though it had been accepted. */
  public long lateAccepted() {
    return lateAccepted;
  }

  public long timedOut() {
    return timedOut;
  }

  public long failed() {
    return failed;
  }

  public Map<RefusalCause, Long> refusedByCause() {
    return new TreeMap<>(refused);
  }

  /** Without any answer, which must not be. */
  public long unanswered() {
    long refusals = refused.values().stream().mapToLong(Long::longValue).sum();
    return offered - succeeded - refusals - timedOut - failed;
  }

  public double offeredPerSecond() {
    return offered / seconds;
  }

  /** How long was measured, in simulated time. */
  public double seconds() {
    return seconds;
  }

  public double goodputPerSecond() {
    return met / seconds;
  }

  /** Of those that were offered; absent where none was, as with every other share here. */
  public Optional<Double> metFraction() {
    return share(met, offered);
  }

  /** Of those that succeeded, how many waited for a LOAD. */
  public Optional<Double> coldFraction() {
    return share(cold, succeeded);
  }

  /** Of those that were promised a time, how many were answered by then. */
  public Optional<Double> promisesKeptFraction() {
    return share(promisesKept, promised);
  }

  /** Of those that succeeded; absent where none did, as with the other percentiles. */
  public Optional<Double> latencyMillis(double percentile) {
    return millis(latencyNanos, percentile);
  }

  /** From arrival to a refusal, or to the word that the deadline has passed. */
  public Optional<Double> refusalMillis(double percentile) {
    return millis(refusalNanos, percentile);
  }

  /** From completion to the time that was promised; 0 where that was before. */
  public Optional<Double> promiseSlackMillis(double percentile) {
    return millis(slackNanos, percentile);
  }

  private static Optional<Double> share(long part, long whole) {
    return whole == 0 ? Optional.empty() : Optional.of((double) part / whole);
  }

  private static Optional<Double> millis(Histogram nanos, double percentile) {
    return nanos.getTotalCount() == 0
        ? Optional.empty()
        : Optional.of(nanos.getValueAtPercentile(percentile) / 1e6);
  }
}
