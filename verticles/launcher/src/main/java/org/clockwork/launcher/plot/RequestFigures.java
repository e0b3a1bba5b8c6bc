package org.clockwork.launcher.plot;

import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * What became of requests, over all and over the time at which they arrived. Latency is over those
 * that succeeded.
 */
final class RequestFigures {
  /** Percentiles over all are off by at most 0.1 %. */
  private static final int DIGITS = 3;

  private final TimeSlots<Slot> slots = new TimeSlots<>(Slot::new);
  private final Histogram warmNanos = new Histogram(DIGITS);
  private final Histogram coldNanos = new Histogram(DIGITS);
  private long offered;
  private long met;
  private long refused;
  private long sloNanosLeast = Long.MAX_VALUE;
  private long sloNanosMost;

  /** Of the requests that arrived in one slot of the time. */
  static final class Slot implements TimeSlots.Slot<Slot> {
    /** A line that is drawn is off by at most 1 %. */
    final Histogram latencyNanos = new Histogram(2);

    long offered;
    long met;
    long refused;
    long cold;

    @Override
    public void add(Slot other) {
      latencyNanos.add(other.latencyNanos);
      offered += other.offered;
      met += other.met;
      refused += other.refused;
      cold += other.cold;
    }
  }

  /**
   * A request came.
   *
   * @param sloNanos absent where nobody but the gateway knows it
   */
  void offered(long arrivedNanos, Optional<Long> sloNanos) {
    offered++;
    slots.at(arrivedNanos).offered++;
    sloNanosLeast = Math.min(sloNanosLeast, sloNanos.orElse(0L));
    sloNanosMost = Math.max(sloNanosMost, sloNanos.orElse(0L));
  }

  /** One that was offered was answered with a result. */
  void succeeded(long arrivedNanos, long latencyNanos, boolean inTime, boolean coldStart) {
    Slot slot = slots.at(arrivedNanos);
    slot.latencyNanos.recordValue(latencyNanos);
    (coldStart ? coldNanos : warmNanos).recordValue(latencyNanos);
    if (coldStart) {
      slot.cold++;
    }
    if (inTime) {
      slot.met++;
      met++;
    }
  }

  /** One that was offered was refused. */
  void refused(long arrivedNanos) {
    slots.at(arrivedNanos).refused++;
    refused++;
  }

  TimeSlots<Slot> slots() {
    return slots;
  }

  long offered() {
    return offered;
  }

  long met() {
    return met;
  }

  long refused() {
    return refused;
  }

  long succeeded() {
    return warmNanos.getTotalCount() + coldNanos.getTotalCount();
  }

  /** Of those that waited for a LOAD. */
  Histogram coldNanos() {
    return coldNanos;
  }

  /** Of those whose model was there. */
  Histogram warmNanos() {
    return warmNanos;
  }

  Histogram latencyNanos() {
    Histogram all = warmNanos.copy();
    all.add(coldNanos);
    return all;
  }

  /** Where all had the same. */
  Optional<Long> sloNanos() {
    return sloNanosLeast == sloNanosMost && sloNanosMost > 0
        ? Optional.of(sloNanosMost)
        : Optional.empty();
  }

  double offeredPerSecond() {
    return perSecond(offered);
  }

  double goodputPerSecond() {
    return perSecond(met);
  }

  double metFraction() {
    return offered == 0 ? 1 : (double) met / offered;
  }

  /** Of those that succeeded. */
  double coldFraction() {
    return succeeded() == 0 ? 0 : (double) coldNanos.getTotalCount() / succeeded();
  }

  /** Over the time from the first arrival to the last. */
  private double perSecond(long count) {
    return slots.seconds() == 0 ? count : count / slots.seconds();
  }
}
