package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.gpunative.compiled.Target;
import org.clockwork.gpunative.compiled.Target.CpuLevel;
import org.clockwork.gpunative.cpu.CpuFeatures;
import org.junit.jupiter.api.Test;

class CpuFeaturesTest {
  /** As Linux lists them for a Haswell. */
  private static final List<String> AVX2 =
      List.of(
          "sse", "sse2", "pni", "ssse3", "fma", "cx16", "sse4_1", "sse4_2", "movbe", "popcnt",
          "xsave", "avx", "f16c", "lahf_lm", "abm", "bmi1", "avx2", "bmi2");

  private static final List<String> AVX512 =
      List.of("avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl");

  @Test
  void aProcessorHasALevelOnlyIfNothingOfItIsMissing() {
    Set<String> newest = new HashSet<>(AVX2);
    newest.addAll(AVX512);
    assertEquals(CpuLevel.V4, new CpuFeatures(newest).level());
    assertEquals(CpuLevel.V3, new CpuFeatures(Set.copyOf(AVX2)).level());
    assertEquals(CpuLevel.V1, new CpuFeatures(Set.of()).level());
    for (String missing : AVX512) {
      assertEquals(CpuLevel.V3, without(newest, missing).level(), missing);
    }
    for (String missing : AVX2.subList(2, AVX2.size())) {
      assertEquals(CpuLevel.V1, without(newest, missing).level(), missing);
    }
  }

  @Test
  void itRunsWhatWasMadeForItsLevelAndThoseBelow() {
    CpuFeatures haswell = new CpuFeatures(Set.copyOf(AVX2));
    assertTrue(haswell.runs(new Target.Cpu(CpuLevel.V1)));
    assertTrue(haswell.runs(new Target.Cpu(CpuLevel.V3)));
    assertFalse(haswell.runs(new Target.Cpu(CpuLevel.V4)));
    assertFalse(haswell.runs(new Target.Cuda(9, 0)));
  }

  @Test
  void aGpuRunsWhatWasMadeForItsMajorAndAtMostItsMinorNumber() {
    Target.Cuda ampere = (Target.Cuda) Target.named("cuda:sm_80").orElseThrow();
    assertTrue(ampere.runsOn(8, 0));
    assertTrue(ampere.runsOn(8, 9));
    assertFalse(ampere.runsOn(9, 0));
    assertFalse(new Target.Cuda(8, 6).runsOn(8, 0));
    assertEquals(new Target.Cuda(12, 0), Target.named("cuda:sm_120").orElseThrow());
  }

  private static CpuFeatures without(Set<String> flags, String missing) {
    Set<String> rest = new HashSet<>(flags);
    rest.remove(missing);
    return new CpuFeatures(rest);
  }
}
