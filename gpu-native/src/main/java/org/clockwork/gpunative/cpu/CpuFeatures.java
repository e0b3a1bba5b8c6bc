package org.clockwork.gpunative.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.compiled.Target.CpuLevel;

/** Which level of x86-64 a processor has, by what Linux tells of it. */
public final class CpuFeatures {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** The instruction sets of each level beyond the one before, in Linux's words. */
  private static final Set<String> V3 =
      Set.of(
          "cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3", "avx", "avx2", "bmi1",
          "bmi2", "f16c", "fma", "abm", "movbe", "xsave");

  private static final Set<String> V4 =
      Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl");

  private final Set<String> flags;

  /** A processor with those flags. */
  public CpuFeatures(Set<String> flags) {
    this.flags = Set.copyOf(flags);
  }

  /** This machine's; with no flags where it doesn't tell. */
  public static CpuFeatures here() {
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return new CpuFeatures(
          lines
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .map(flags -> (Set<String>) new HashSet<>(Arrays.asList(flags.split(" +", -1))))
              .orElse(Set.of()));
    } catch (IOException e) {
      return new CpuFeatures(Set.of());
    }
  }

  /** The highest that it has whole. */
  public CpuLevel level() {
    if (!flags.containsAll(V3)) {
      return CpuLevel.V1;
    }
    return flags.containsAll(V4) ? CpuLevel.V4 : CpuLevel.V3;
  }

  /** Whether code for that target runs on it. */
  public boolean runs(Target target) {
    return target instanceof Target.Cpu(CpuLevel wanted) && wanted.compareTo(level()) <= 0;
  }
}
