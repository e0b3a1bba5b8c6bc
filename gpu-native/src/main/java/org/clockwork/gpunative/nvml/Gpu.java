package org.clockwork.gpunative.nvml;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One GPU and its settings. What a GPU doesn't have, or keeps from this user, is empty.
 *
 * @param index as nvidia-smi counts
 */
public record Gpu(
    int index,
    String name,
    long memoryBytes,
    Optional<ComputeMode> computeMode,
    Optional<Boolean> persistence,
    Optional<Boolean> autoBoost,
    Clock graphics,
    Clock memory) {

  /** Who may use a GPU. */
  public enum ComputeMode {
    DEFAULT(0, "default: any number of processes"),
    EXCLUSIVE_THREAD(1, "exclusive thread"),
    PROHIBITED(2, "prohibited: no process"),
    EXCLUSIVE_PROCESS(3, "exclusive process");

    private final int code;
    private final String words;

    ComputeMode(int code, String words) {
      this.code = code;
      this.words = words;
    }

    /**
     * Empty for one that is not known here.
     *
     * @param code {@code nvmlComputeMode_t}
     */
    static Optional<ComputeMode> of(int code) {
      return Arrays.stream(values()).filter(mode -> mode.code == code).findFirst();
    }

    public String words() {
      return words;
    }
  }

  /**
   * One clock of a GPU.
   *
   * @param nowMegahertz what it runs at
   * @param setMegahertz what applications are to run at; GPUs that take no such setting have none
   * @param maxMegahertz what it can run at
   */
  public record Clock(
      OptionalInt nowMegahertz, OptionalInt setMegahertz, OptionalInt maxMegahertz) {}
}
