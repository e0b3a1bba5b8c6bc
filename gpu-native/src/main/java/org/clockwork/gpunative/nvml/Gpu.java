package org.clockwork.gpunative.nvml;

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

  /** Who may use a GPU, in NVML's order. */
  public enum ComputeMode {
    DEFAULT("default: any number of processes"),
    EXCLUSIVE_THREAD("exclusive thread"),
    PROHIBITED("prohibited: no process"),
    EXCLUSIVE_PROCESS("exclusive process");

    private final String words;

    ComputeMode(String words) {
      this.words = words;
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
