package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.NativeHeap;
import org.clockwork.gpunative.profile.Trials;

/** Runs a model that nobody knows yet, to learn how long it takes here. */
final class Measuring {
  private static final int WORKSPACE_TRIALS = 5;

  /** Large enough to tell the ways of optimising apart, small enough not to make one wait. */
  private static final int TRIAL_BATCH_MAX = 8;

  private static final int TRIAL_RUNS = 6;

  /** Of a time: less than a fiftieth is chance. */
  private static final int AS_GOOD_AS_EQUAL = 50;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private Measuring() {}

  /**
   * The one that runs fastest; where they are as good as equal, the first. They run in turns and
   * count the time that the processor worked for them, so that whatever else the machine does falls
   * on none of them.
   */
  static HostedFile fastest(List<HostedFile> candidates) throws OrtException, DeviceException {
    long[] leastNanos = new long[candidates.size()];
    Arrays.fill(leastNanos, Long.MAX_VALUE);
    List<OrtSession> sessions = new ArrayList<>();
    try (IoSlot slot = new IoSlot()) {
      for (HostedFile candidate : candidates) {
        sessions.add(candidate.open());
      }
      long begunNanos = System.nanoTime();
      for (int run = 0; run < TRIAL_RUNS && notLong(begunNanos); run++) {
        for (int i = 0; i < sessions.size(); i++) {
          IoSlot.View view = slot.view(trialLayout(candidates.get(i)));
          long beforeNanos = THREADS.getCurrentThreadCpuTime();
          OnnxModel.run(sessions.get(i), view);
          leastNanos[i] = Math.min(leastNanos[i], THREADS.getCurrentThreadCpuTime() - beforeNanos);
        }
      }
    } finally {
      for (OrtSession session : sessions) {
        session.close();
      }
    }
    int fastest = 0;
    for (int i = 1; i < leastNanos.length; i++) {
      if (leastNanos[i] < leastNanos[fastest] - leastNanos[fastest] / AS_GOOD_AS_EQUAL) {
        fastest = i;
      }
    }
    return candidates.get(fastest);
  }

  private static boolean notLong(long begunNanos) {
    return System.nanoTime() - begunNanos < Trials.NANOS_MAX;
  }

  private static IoLayout trialLayout(HostedFile file) {
    return file.layouts(0).values().stream()
        .filter(layout -> layout.batch() <= TRIAL_BATCH_MAX)
        .reduce((a, b) -> b)
        .orElseGet(() -> file.layouts(0).values().iterator().next());
  }

  static long loadNanos(HostedFile file) throws OrtException, DeviceException {
    try (IoSlot slot = new IoSlot()) {
      IoSlot.View smallest = slot.view(file.layouts(0).values().iterator().next());
      return Trials.upperNanos(
          Trials.LOADS,
          () -> {
            try (OrtSession session = file.open()) {
              OnnxModel.run(session, smallest);
            }
          });
    }
  }

  /** Of one bucket. */
  static Profile profile(HostedFile file, int bucket, int pages, long loadNanos)
      throws OrtException, DeviceException {
    Map<Integer, IoLayout> layouts = file.layouts(bucket);
    try (IoSlot slot = new IoSlot()) {
      NavigableMap<Integer, Long> execNanos = new TreeMap<>();
      try (OrtSession session = file.open()) {
        for (IoLayout layout : layouts.values()) {
          IoSlot.View view = slot.view(layout);
          execNanos.put(layout.batch(), Trials.warmUpperNanos(() -> OnnxModel.run(session, view)));
        }
      }
      IoLayout largest = layouts.values().stream().reduce((a, b) -> b).orElseThrow();
      IoSlot.View view = slot.view(largest);
      return new Profile(
          pages,
          loadNanos,
          Trials.copyNanos(view.buffers().inputs()) / largest.batch(),
          Trials.copyNanos(view.buffers().outputs()) / largest.batch(),
          execNanos);
    }
  }

  /**
   * What the process takes more from the C library while the largest batch runs for the first time:
   * ONNX Runtime then reserves what it needs and keeps it. The JVM's own threads take and give back
   * meanwhile; the middle one of some trials leaves that out.
   */
  static OptionalLong workspaceBytes(HostedFile file) throws OrtException, DeviceException {
    IoLayout largest =
        file.layouts(file.buckets() - 1).values().stream().reduce((a, b) -> b).orElseThrow();
    long[] growthBytes = new long[WORKSPACE_TRIALS];
    try (IoSlot slot = new IoSlot()) {
      IoSlot.View view = slot.view(largest);
      for (int trial = 0; trial < WORKSPACE_TRIALS; trial++) {
        try (OrtSession session = file.open()) {
          OptionalLong before = NativeHeap.usedBytes();
          OnnxModel.run(session, view);
          OptionalLong after = NativeHeap.usedBytes();
          if (before.isEmpty() || after.isEmpty()) {
            return OptionalLong.empty();
          }
          growthBytes[trial] = after.getAsLong() - before.getAsLong();
        }
      }
    }
    Arrays.sort(growthBytes);
    return OptionalLong.of(Math.max(0, growthBytes[WORKSPACE_TRIALS / 2]));
  }
}
