package org.clockwork.controller.board;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.cluster.GpuId;

/**
 * Who watches the board, and which GPUs closely. A watcher says so again and again; who has not for
 * a while has gone.
 */
final class Watchers {
  /** Two of a gateway's words may get lost: it says so every two seconds. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A gateway has one for each of its doors. */
  private static final int MAX = 256;

  /** Watched closely by all together: four screens full. */
  private static final int GPUS_MAX = 32;

  private final Map<String, Watcher> watchers = new HashMap<>();

  private record Watcher(List<GpuId> gpus, long untilNanos) {}

  /** Whether there was room for this one. */
  boolean says(String name, List<GpuId> gpus, long nowNanos) {
    if (!watchers.containsKey(name) && watchers.size() == MAX) {
      return false;
    }
    watchers.put(name, new Watcher(List.copyOf(gpus), nowNanos + PATIENCE_NANOS));
    return true;
  }

  boolean any(long nowNanos) {
    watchers.values().removeIf(watcher -> watcher.untilNanos() - nowNanos < 0);
    return !watchers.isEmpty();
  }

  /** Those that somebody watches closely: where they are too many, of each watcher the first. */
  Set<GpuId> gpus() {
    Set<GpuId> gpus = new HashSet<>();
    for (int place = 0; place < GPUS_MAX; place++) {
      for (Watcher watcher : watchers.values()) {
        if (place < watcher.gpus().size() && gpus.size() < GPUS_MAX) {
          gpus.add(watcher.gpus().get(place));
        }
      }
    }
    return gpus;
  }
}
