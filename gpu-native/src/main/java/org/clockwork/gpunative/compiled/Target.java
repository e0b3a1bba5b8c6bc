package org.clockwork.gpunative.compiled;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What machine code was made for, as plans write it: {@code cuda:sm_90}, {@code cpu:x86-64-v3}. */
public sealed interface Target {

  /**
   * GPUs of one architecture and its later steps.
   *
   * @param major of the compute capability, 9 in {@code sm_90}
   * @param minor of the compute capability, 0 in {@code sm_90}
   */
  record Cuda(int major, int minor) implements Target {

    /** A GPU runs what was made for its own major and at most its own minor number. */
    public boolean runsOn(int gpuMajor, int gpuMinor) {
      return major == gpuMajor && minor <= gpuMinor;
    }

    @Override
    public String toString() {
      return "cuda:sm_" + major + minor;
    }
  }

  /** Processors of at least that level. */
  record Cpu(CpuLevel level) implements Target {
    @Override
    public String toString() {
      return "cpu:" + level;
    }
  }

  /** Levels of x86-64, each including those before it. */
  enum CpuLevel {
    V1("x86-64"),
    V3("x86-64-v3"),
    V4("x86-64-v4");

    private final String word;

    CpuLevel(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** At least two digits: the last is the minor number. */
  Pattern CUDA = Pattern.compile("cuda:sm_([1-9][0-9]?)([0-9])");

  /** Empty where no target is called that. */
  static Optional<Target> named(String word) {
    Matcher cuda = CUDA.matcher(word);
    if (cuda.matches()) {
      return Optional.of(
          new Cuda(Integer.parseInt(cuda.group(1)), Integer.parseInt(cuda.group(2))));
    }
    for (CpuLevel level : CpuLevel.values()) {
      Cpu cpu = new Cpu(level);
      if (cpu.toString().equals(word)) {
        return Optional.of(cpu);
      }
    }
    return Optional.empty();
  }
}
