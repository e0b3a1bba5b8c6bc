package org.clockwork.core.device;

import java.util.Arrays;

/** Pages of a weights cache, by index. They need not be adjacent. */
public final class PageSet {
  private final int[] indices;

  public PageSet(int... indices) {
    this.indices = indices.clone();
  }

  public int count() {
    return indices.length;
  }

  public int index(int i) {
    return indices[i];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PageSet that && Arrays.equals(indices, that.indices);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(indices);
  }

  @Override
  public String toString() {
    return "pages " + Arrays.toString(indices);
  }
}
