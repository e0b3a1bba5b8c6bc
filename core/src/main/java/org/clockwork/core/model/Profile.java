package org.clockwork.core.model;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What one kind of device needs for one model: pages for its weights and how long each step takes.
 * The scheduler starts from these figures and replaces them by what it then observes.
 *
 * @param pages pages of the device's weights cache that the model fills while it is loaded
 * @param loadNanos host memory to device
 * @param inputNanos host to device, for one row
 * @param outputNanos device to host, for one row
 * @param execNanos execution time by compiled batch size, ascending
 */
public record Profile(
    int pages,
    long loadNanos,
    long inputNanos,
    long outputNanos,
    NavigableMap<Integer, Long> execNanos) {
  public Profile {
    if (pages < 0 || loadNanos < 0 || inputNanos < 0 || outputNanos < 0) {
      throw new IllegalArgumentException(
          "a profile has no negative figures: pages=%d loadNanos=%d inputNanos=%d outputNanos=%d"
              .formatted(pages, loadNanos, inputNanos, outputNanos));
    }
    if (execNanos.isEmpty()) {
      throw new IllegalArgumentException("a profile needs at least one batch size");
    }
    for (Map.Entry<Integer, Long> exec : execNanos.entrySet()) {
      if (exec.getKey() < 1 || exec.getValue() <= 0) {
        throw new IllegalArgumentException(
            "batch size %d taking %d ns: both must be positive"
                .formatted(exec.getKey(), exec.getValue()));
      }
    }
    execNanos = Collections.unmodifiableNavigableMap(new TreeMap<>(execNanos));
  }

  public int largestBatch() {
    return execNanos.lastKey();
  }

  /** Time of the smallest batch: the unit in which an slo factor counts. */
  public long smallestExecNanos() {
    return execNanos.firstEntry().getValue();
  }
}
