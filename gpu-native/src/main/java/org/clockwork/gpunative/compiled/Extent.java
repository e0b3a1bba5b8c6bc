package org.clockwork.gpunative.compiled;

/** Some bytes of an area. */
public record Extent(long offset, long bytes) {
  public long end() {
    return offset + bytes;
  }

  boolean overlaps(Extent other) {
    return offset < other.end() && other.offset < end();
  }

  @Override
  public String toString() {
    return "[" + offset + ", " + end() + ")";
  }
}
