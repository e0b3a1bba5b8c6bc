package org.clockwork.core.device;

import java.util.Arrays;
import org.clockwork.core.action.ErrorCode;

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

  /**
   * Whoever loads the model needs neither more of them nor fewer.
   *
   * @throws DeviceException they are not as many as the model takes
   */
  public void checkCount(String model, int taken) throws DeviceException {
    if (indices.length != taken) {
      throw new DeviceException(
          ErrorCode.INVALID_ACTION,
          "model '%s' takes %d pages and was given %d".formatted(model, taken, indices.length));
    }
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
