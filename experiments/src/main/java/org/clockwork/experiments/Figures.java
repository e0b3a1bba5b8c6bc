package org.clockwork.experiments;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.clockwork.core.request.RefusalCause;

/**
 * What came of one trial.
 *
 * @param all every party together
 * @param parties in the order of the setting's, by name
 * @param seconds how long was measured, in simulated time
 * @param schedulerSeconds processor time that the scheduler took for all of the run, measured part
 *     or not
 * @param simulatedSeconds all of the run
 */
public record Figures(
    Account all,
    SequencedMap<String, Account> parties,
    double seconds,
    double schedulerSeconds,
    double simulatedSeconds) {

  /** The figures of requests of one origin that were sent in the measured part. */
  public static final class Account {
    private static final int DIGITS = 3;

    private final Histogram latencyNanos = new Histogram(DIGITS);
    private final Histogram refusalNanos = new Histogram(DIGITS);
    private final Histogram slackNanos = new Histogram(DIGITS);
    private final Map<RefusalCause, Long> refused = new TreeMap<>();
    private final long[] offeredIn;
    private final long[] metIn;
    private final double seconds;
    private long offered;
    private long succeeded;
    private long met;
    private long cold;
    private long timedOut;
    private long failed;
    private long ended;
    private long lateAccepted;
    private long promised;
    private long promisesKept;

    Account(double seconds) {
      this.seconds = seconds;
      int whole = (int) Math.ceil(seconds);
      this.offeredIn = new long[whole];
      this.metIn = new long[whole];
    }

    void sent(int second) {
      offered++;
      offeredIn[second]++;
    }

    void succeeded(int second, long nanos, boolean inTime, boolean coldStart) {
      ended++;
      succeeded++;
      latencyNanos.recordValue(nanos);
      if (inTime) {
        met++;
        metIn[second]++;
      }
      if (coldStart) {
        cold++;
      }
    }

    void refused(RefusalCause cause, long nanos) {
      ended++;
      refused.merge(cause, 1L, Long::sum);
      refusalNanos.recordValue(nanos);
    }

    void timedOut(long nanos) {
      ended++;
      timedOut++;
      refusalNanos.recordValue(nanos);
    }

    void broke() {
      ended++;
      failed++;
    }

    void lateThoughAccepted() {
      lateAccepted++;
    }

    void promised(long slackNanosOrLate) {
      promised++;
      if (slackNanosOrLate >= 0) {
        promisesKept++;
      }
      slackNanos.recordValue(Math.max(0, slackNanosOrLate));
    }

    public long offered() {
      return offered;
    }

    public long met() {
      return met;
    }

    public long lateAccepted() {
      return lateAccepted;
    }

    public long unanswered() {
      return offered - ended;
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

    public double offeredPerSecond() {
      return offered / seconds;
    }

    public double goodputPerSecond() {
      return met / seconds;
    }

    /** In one second of the measured part. */
    public long met(int second) {
      return metIn[second];
    }

    public long offered(int second) {
      return offeredIn[second];
    }

    public double metFraction() {
      return offered == 0 ? 1 : (double) met / offered;
    }

    public double coldFraction() {
      return succeeded == 0 ? 0 : (double) cold / succeeded;
    }

    public double latencyMillis(double percentile) {
      return millis(latencyNanos, percentile);
    }

    /** From arrival to a refusal or to the word that the deadline has passed. */
    public double refusalMillis(double percentile) {
      return millis(refusalNanos, percentile);
    }

    public long promised() {
      return promised;
    }

    public double promisesKeptFraction() {
      return promised == 0 ? 1 : (double) promisesKept / promised;
    }

    /** From completion to the time that was promised. */
    public double promiseSlackMillis(double percentile) {
      return millis(slackNanos, percentile);
    }

    private static double millis(Histogram nanos, double percentile) {
      return nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percentile) / 1e6;
    }
  }

  /** Those parties that one is interested in, where there are several. */
  public Account party(String name) {
    Account account = parties.get(name);
    if (account == null) {
      throw new IllegalArgumentException(
          "no party is called '%s'; there are %s".formatted(name, List.copyOf(parties.keySet())));
    }
    return account;
  }
}
