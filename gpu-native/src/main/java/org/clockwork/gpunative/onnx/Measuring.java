package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.Profile;

/** Runs a model that nobody knows yet, to learn how long it takes here. */
final class Measuring {
  private static final int WARM_UPS = 2;
  private static final int RUNS = 10;
  private static final int LEAST_RUNS = 3;
  private static final int LOADS = 3;

  /** For one batch size; a model of a second per run is measured less often, not for minutes. */
  private static final long BATCH_NANOS_MAX = 4_000_000_000L;

  /** Large enough to tell the ways of optimising apart, small enough not to make one wait. */
  private static final int TRIAL_BATCH_MAX = 8;

  private static final int TRIAL_RUNS = 4;

  private Measuring() {}

  /** The one that runs fastest; where they are as good as equal, the first. */
  static HostedFile fastest(List<HostedFile> candidates) throws OrtException, DeviceException {
    try (IoSlot slot = new IoSlot()) {
      HostedFile fastest = candidates.getFirst();
      long fastestNanos = Long.MAX_VALUE;
      for (HostedFile candidate : candidates) {
        long nanos = shortestTrialNanos(candidate, slot);
        if (nanos < fastestNanos - fastestNanos / 50) {
          fastest = candidate;
          fastestNanos = nanos;
        }
      }
      return fastest;
    }
  }

  private static long shortestTrialNanos(HostedFile file, IoSlot slot)
      throws OrtException, DeviceException {
    int batch =
        file.layouts().keySet().stream()
            .filter(size -> size <= TRIAL_BATCH_MAX)
            .reduce((a, b) -> b)
            .orElse(file.layouts().keySet().iterator().next());
    IoSlot.View view = slot.view(file.layouts().get(batch));
    try (OrtSession session = file.open()) {
      return Arrays.stream(durations(TRIAL_RUNS, () -> OnnxModel.run(session, view)))
          .min()
          .orElseThrow();
    }
  }

  static Profile profile(HostedFile file, int pages) throws OrtException, DeviceException {
    try (IoSlot slot = new IoSlot()) {
      IoSlot.View smallest = slot.view(file.layouts().values().iterator().next());
      long loadNanos =
          upper(
              durations(
                  LOADS,
                  () -> {
                    try (OrtSession session = file.open()) {
                      OnnxModel.run(session, smallest);
                    }
                  }));
      NavigableMap<Integer, Long> execNanos = new TreeMap<>();
      try (OrtSession session = file.open()) {
        for (IoLayout layout : file.layouts().values()) {
          IoSlot.View view = slot.view(layout);
          durations(WARM_UPS, () -> OnnxModel.run(session, view));
          execNanos.put(layout.batch(), upper(durations(RUNS, () -> OnnxModel.run(session, view))));
        }
      }
      IoLayout largest = file.layouts().values().stream().reduce((a, b) -> b).orElseThrow();
      IoSlot.View view = slot.view(largest);
      return new Profile(
          pages,
          loadNanos,
          copyNanos(view.inputs()) / largest.batch(),
          copyNanos(view.outputs()) / largest.batch(),
          execNanos);
    }
  }

  private static long copyNanos(List<ByteBuffer> buffers) throws OrtException {
    return upper(
        durations(
            RUNS,
            () -> {
              for (ByteBuffer buffer : buffers) {
                buffer.get(0, new byte[buffer.capacity()]);
              }
            }));
  }

  private interface Step {
    void run() throws OrtException;
  }

  /** At most that many durations, fewer where the step is slow. */
  private static long[] durations(int runs, Step step) throws OrtException {
    long[] nanos = new long[runs];
    long spentNanos = 0;
    for (int i = 0; i < runs; i++) {
      long begunNanos = System.nanoTime();
      step.run();
      nanos[i] = Math.max(1, System.nanoTime() - begunNanos);
      spentNanos += nanos[i];
      if (spentNanos > BATCH_NANOS_MAX && i + 1 >= LEAST_RUNS) {
        return Arrays.copyOf(nanos, i + 1);
      }
    }
    return nanos;
  }

  private static long upper(long[] durations) {
    return RecentDurations.upper(durations);
  }
}
