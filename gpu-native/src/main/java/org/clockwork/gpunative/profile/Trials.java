package org.clockwork.gpunative.profile;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Times a step some times over, to learn what a planner may count on. */
public final class Trials {
  /** Times that LOAD is tried. */
  public static final int LOADS = 3;

  /** For one step; one that takes a second is measured less often, not for minutes. */
  public static final long NANOS_MAX = 4_000_000_000L;

  private static final int WARM_UPS = 2;
  private static final int RUNS = 10;
  private static final int LEAST_RUNS = 3;

  private Trials() {}

  /** Something that takes time. */
  @FunctionalInterface
  public interface Step<E extends Exception> {
    void run() throws E;
  }

  /** Of a step whose first runs say little. */
  public static <E extends Exception> long warmUpperNanos(Step<E> step) throws E {
    durations(WARM_UPS, step);
    return upperNanos(RUNS, step);
  }

  /** Of that many runs, fewer where the step is slow. */
  public static <E extends Exception> long upperNanos(int runs, Step<E> step) throws E {
    return RecentDurations.upper(durations(runs, step));
  }

  /** Of copying all these buffers into the heap. */
  public static long copyNanos(List<ByteBuffer> buffers) {
    return upperNanos(
        RUNS,
        () -> {
          for (ByteBuffer buffer : buffers) {
            buffer.get(0, new byte[buffer.capacity()]);
          }
        });
  }

  private static <E extends Exception> long[] durations(int runs, Step<E> step) throws E {
    long[] nanos = new long[runs];
    long spentNanos = 0;
    for (int i = 0; i < runs; i++) {
      long begunNanos = System.nanoTime();
      step.run();
      nanos[i] = Math.max(1, System.nanoTime() - begunNanos);
      spentNanos += nanos[i];
      if (spentNanos > NANOS_MAX && i + 1 >= LEAST_RUNS) {
        return Arrays.copyOf(nanos, i + 1);
      }
    }
    return nanos;
  }
}
