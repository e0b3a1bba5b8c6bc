package org.clockwork.test.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.gpunative.nvml.Nvml;
import org.clockwork.test.CCompiler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a library of our own in the place of the driver's, which a C compiler makes. */
class NvmlTest {
  @TempDir static Path folder;

  private static int libraries;

  @BeforeEach
  void aCompilerIsThere() {
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: NVML's stub can't be compiled");
  }

  @Test
  void everyGpuIsToldWithItsSettings() throws Exception {
    Survey.Found found = assertInstanceOf(Survey.Found.class, new Nvml(stub()).survey());

    assertEquals("550.54.15", found.driver());
    assertEquals("12.4", found.cuda());
    Gpu.Clock memory = clock(877, 877, 877);
    assertEquals(
        List.of(
            new Gpu(
                0,
                "Tesla V100-SXM2-32GB",
                32L << 30,
                Optional.of(Gpu.ComputeMode.EXCLUSIVE_PROCESS),
                Optional.of(true),
                Optional.empty(),
                clock(135, 1380, 1380),
                memory),
            new Gpu(
                1,
                "Tesla V100-PCIE-16GB",
                16L << 30,
                Optional.of(Gpu.ComputeMode.DEFAULT),
                Optional.empty(),
                Optional.of(true),
                clock(135, 1230, 1380),
                memory)),
        found.gpus());
  }

  @Test
  void whatAnOldDriverLacksIsAbsent() throws Exception {
    Survey.Found found = assertInstanceOf(Survey.Found.class, new Nvml(stub("-DOLD")).survey());

    for (Gpu gpu : found.gpus()) {
      assertEquals(Optional.empty(), gpu.autoBoost());
      assertEquals(OptionalInt.empty(), gpu.graphics().setMegahertz());
      assertEquals(OptionalInt.of(1380), gpu.graphics().maxMegahertz());
    }
  }

  @Test
  void aDriverThatDoesNotRunIsToldWithItsReason() throws Exception {
    String library = stub("-DINIT=9");

    assertEquals(
        new Survey.Unusable(
            library
                + " is there, but nvmlInit_v2 says 9: Driver Not Loaded (is the kernel module"
                + " nvidia loaded?)"),
        new Nvml(library).survey());
  }

  @Test
  void aGpuThatIsLostIsToldAsSuch() throws Exception {
    assertEquals(
        new Survey.Unusable("nvmlDeviceGetName says 15: GPU is lost"),
        new Nvml(stub("-DFAILS=15")).survey());
  }

  @Test
  void aDriverWithoutGpusAndNoDriverAtAllAreNoGpus() throws Exception {
    assertEquals(
        new Survey.None("the NVIDIA driver knows no GPU"), new Nvml(stub("-DGPUS=0")).survey());
    assertEquals(
        new Survey.None("no libnvidia-nowhere.so.1, so no NVIDIA driver"),
        new Nvml("libnvidia-nowhere.so.1").survey());
  }

  @Test
  @SuppressWarnings("restricted")
  void whatWasOpenedIsShutDownAgain() throws Exception {
    for (String variant : List.of("-DGPUS=1", "-DFAILS=15", "-DINIT=9", "-DGPUS=0")) {
      String library = stub(variant);
      try (Arena arena = Arena.ofConfined()) {
        // Open here too, so that the survey's closing of it doesn't unload it with its count.
        SymbolLookup symbols = SymbolLookup.libraryLookup(Path.of(library), arena);
        new Nvml(library).survey();
        int open =
            (int)
                Linker.nativeLinker()
                    .downcallHandle(
                        symbols.find("stub_open_count").orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT))
                    .invokeWithArguments();
        assertEquals(0, open, variant);
      } catch (Throwable e) {
        throw new AssertionError(variant, e);
      }
    }
  }

  private static Gpu.Clock clock(int now, int set, int max) {
    return new Gpu.Clock(OptionalInt.of(now), OptionalInt.of(set), OptionalInt.of(max));
  }

  /** A library under a name of its own: one that is open already would be taken for it. */
  private static String stub(String... options) throws IOException, InterruptedException {
    Path source = folder.resolve("nvml-stub.c");
    if (Files.notExists(source)) {
      try (InputStream in = NvmlTest.class.getResourceAsStream("nvml-stub.c")) {
        Files.copy(in, source);
      }
    }
    Path library = folder.resolve("libnvidia-ml-%d.so".formatted(libraries++));
    CCompiler.compile(source, library, options);
    return library.toString();
  }
}
