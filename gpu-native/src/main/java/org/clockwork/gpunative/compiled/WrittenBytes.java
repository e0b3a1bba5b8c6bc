package org.clockwork.gpunative.compiled;

import java.util.Map;
import java.util.TreeMap;

/**
 * Who wrote which bytes of an area last. What is read must be what one write left there: not bytes
 * that nobody wrote, nor the rest of something that was partly written over.
 */
final class WrittenBytes {
  /**
   * The end of each stretch that is left of one write, by its beginning; they don't overlap.
   * Neighbours are never joined, so a stretch is of one write.
   */
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  void write(Extent extent) {
    if (extent.bytes() == 0) {
      return;
    }
    cutAt(extent.offset());
    cutAt(extent.end());
    ends.subMap(extent.offset(), extent.end()).clear();
    ends.put(extent.offset(), extent.end());
  }

  /** Whether one write left all these bytes, and no later one touched any of them. */
  boolean holdsWhole(Extent extent) {
    Map.Entry<Long, Long> stretch = ends.floorEntry(extent.offset());
    return stretch != null && stretch.getValue() >= extent.end();
  }

  /** Whether anybody wrote any of these bytes. */
  boolean touches(Extent extent) {
    Map.Entry<Long, Long> before = ends.lowerEntry(extent.end());
    return before != null && before.getValue() > extent.offset();
  }

  /** So that no stretch lies on both sides of that place. */
  private void cutAt(long offset) {
    Map.Entry<Long, Long> across = ends.lowerEntry(offset);
    if (across != null && across.getValue() > offset) {
      ends.put(offset, across.getValue());
      ends.put(across.getKey(), offset);
    }
  }
}
