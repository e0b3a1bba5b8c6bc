package org.clockwork.core.scheduler;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The way by which gateways push inputs to one worker: an executor like any other, which carries
 * one thing after the other and takes its time. Inputs that ride along inside their action, or are
 * made up by the worker, don't come by it.
 *
 * <p>Without it, more inputs would be asked for than the network carries: all of them come too
 * late, are asked for again, and nothing is got done at all.
 */
final class InputLink {
  /** Until it was measured: 2 GB/s, a connection inside one machine or a fast network. */
  private static final double FIRST_NANOS_PER_BYTE = 0.5;

  /** As good as no time; keeps what is divided by it finite. */
  private static final double NANOS_PER_BYTE_MIN = FIRST_NANOS_PER_BYTE / 1_000;

  private static final int SAMPLES = 10;

  private final double[] samples = new double[SAMPLES];
  private final SequencedSet<Transfer> underWay = new LinkedHashSet<>();
  private final long firstLatencyNanos;
  private int observed;
  private double nanosPerByte = FIRST_NANOS_PER_BYTE;
  private Estimate latency;
  private long bytesUnderWay;
  private long lastArrivalNanos = Long.MIN_VALUE;

  /** The inputs of one batch on their way; one is not another that looks the same. */
  static final class Transfer {
    private final long askedNanos;
    private final long bytes;

    private Transfer(long askedNanos, long bytes) {
      this.askedNanos = askedNanos;
      this.bytes = bytes;
    }
  }

  /**
   * @param latencyNanos from asking until the first byte comes, until that was measured
   */
  InputLink(long latencyNanos) {
    this.firstLatencyNanos = latencyNanos;
    this.latency = new Estimate(latencyNanos);
  }

  /** Time that so many bytes take by themselves. */
  long nanosFor(long bytes) {
    return (long) (bytes * nanosPerByte);
  }

  /**
   * When so many bytes would be there, if they were asked for now. Where nothing has come for a
   * while the link is believed to be faster and faster, up to what it was until it was measured:
   * whoever isn't sent for the sake of a slow link would never learn that it has become fast again.
   */
  long arrivalNanos(long bytes, long now) {
    if (!underWay.isEmpty() || !silent(now)) {
      return Math.max(now + latencyNanos(), throughNanos(now)) + nanosFor(bytes);
    }
    double measured = latencyNanos() + bytes * nanosPerByte;
    double first = firstLatencyNanos + bytes * FIRST_NANOS_PER_BYTE;
    double left = Delays.leftAfter(now - lastArrivalNanos);
    return now + (long) Math.max(Math.min(measured, first), measured * left);
  }

  private long latencyNanos() {
    return latency.typicalNanos();
  }

  private boolean silent(long now) {
    return now - Delays.SILENCE_NANOS > lastArrivalNanos && lastArrivalNanos != Long.MIN_VALUE;
  }

  /**
   * From when on more may be asked for, so that the link never runs dry and nothing waits for it
   * long: shortly before it is through with what it has. Where it is behind what was foreseen, an
   * arrival is to be awaited: the end of time.
   *
   * @param aheadNanos how long before, beside its latency
   * @param lagNanosMax how far behind it may be
   */
  long roomAtNanos(long aheadNanos, long lagNanosMax, long now) {
    if (underWay.isEmpty()) {
      return now;
    }
    if (now - beganNanos() - nanosFor(underWay.getFirst().bytes) > lagNanosMax) {
      return Long.MAX_VALUE;
    }
    return throughNanos(now) - aheadNanos - latencyNanos();
  }

  Transfer ask(long bytes, long now) {
    Transfer transfer = new Transfer(now, bytes);
    underWay.add(transfer);
    bytesUnderWay += bytes;
    return transfer;
  }

  /** They were there at this time, or will not come any more; only the first word counts. */
  void arrived(Transfer transfer, long nanos) {
    if (!underWay.remove(transfer)) {
      return;
    }
    bytesUnderWay -= transfer.bytes;
    long askedNanos = transfer.askedNanos;
    if (askedNanos + latencyNanos() <= lastArrivalNanos) {
      // It carried this one right after the one before: here is how fast it is.
      observe((nanos - lastArrivalNanos) / (double) transfer.bytes);
    } else if (askedNanos >= lastArrivalNanos) {
      // It was idle: at least so fast, and what the bytes don't explain is latency.
      if (silent(askedNanos)
          && 2 * (nanos - askedNanos) < latencyNanos() + nanosFor(transfer.bytes)) {
        forget();
      }
      double atMost = (nanos - askedNanos) / (double) transfer.bytes;
      if (atMost < nanosPerByte) {
        observe(atMost);
      }
      latency.observe(Math.max(0, nanos - askedNanos - nanosFor(transfer.bytes)));
    }
    lastArrivalNanos = Math.max(lastArrivalNanos, nanos);
  }

  /** When the first of what is under way began to come. */
  private long beganNanos() {
    return Math.max(lastArrivalNanos, underWay.getFirst().askedNanos + latencyNanos());
  }

  /** When all that was asked for is there: never before {@code now}. */
  private long throughNanos(long now) {
    return underWay.isEmpty() ? now : Math.max(now, beganNanos() + nanosFor(bytesUnderWay));
  }

  /** It is another link than it was. */
  private void forget() {
    observed = 0;
    nanosPerByte = FIRST_NANOS_PER_BYTE;
    latency = new Estimate(firstLatencyNanos);
  }

  private void observe(double sample) {
    samples[observed++ % SAMPLES] = Math.max(NANOS_PER_BYTE_MIN, sample);
    double[] sorted = Arrays.copyOf(samples, Math.min(observed, SAMPLES));
    Arrays.sort(sorted);
    nanosPerByte = sorted[sorted.length / 2];
  }
}
