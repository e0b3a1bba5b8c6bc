package org.clockwork.test.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import org.clockwork.gpunative.cuda.CudaDriver;
import org.clockwork.test.CCompiler;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cuda device, unmodified, on a driver of our own: memory, streams and graphs are the host's,
 * and kernels are C functions.
 */
class CudaDeviceTest {
  @TempDir static Path libraries;

  private static StubDriver driver;

  @TempDir Path folder;

  @BeforeAll
  static void aCompilerIsThere() throws Exception {
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: the stub can't be compiled");
    driver = StubDriver.in(libraries);
  }

  private String play(String scene) throws Exception {
    return driver.play(scene, folder, Map.of());
  }

  private String play(String scene, String setting, long value) throws Exception {
    return driver.play(scene, folder, Map.of(setting, Long.toString(value)));
  }

  @Test
  void whereverThePagesLieEveryBatchSizeComputesTheSame() throws Exception {
    play("anyPages");
  }

  @Test
  void graphsOutliveUnloadAndRunOnOtherPages() throws Exception {
    play("graphs");
  }

  @Test
  void pagesThatLieThereAlreadyAreNotMappedAgain() throws Exception {
    play("samePages");
  }

  @Test
  void loadAndExecDoNotDisturbEachOther() throws Exception {
    play("loadBesideExec");
  }

  @Test
  void aModelForWhichMemoryIsShortIsRefusedAndOthersGoOn() throws Exception {
    // 12 pages, 13 MB of areas and slots, one page to try the small model in, none for three more.
    play("outOfMemory", "STUB_MEMORY", 238L << 20);
  }

  @Test
  void aFailedLaunchTakesItsGpuOutOfServiceAndNoOther() throws Exception {
    play("launchFailure", "STUB_GPUS", 2);
  }

  @Test
  void aLostGpuIsOutOfServiceWithItsFirstReason() throws Exception {
    play("lostGpu");
  }

  @Test
  void aCubinForAnotherArchitectureIsRefusedWithWhatWouldHelp() throws Exception {
    play("wrongArchitecture");
  }

  @Test
  void eachGpuOfAMachineHasModelsOfItsOwn() throws Exception {
    play("severalGpus", "STUB_GPUS", 3);
  }

  @Test
  void machineCodeBeyondItsBoundIsThatOfModelsNotLoaded() throws Exception {
    play("code");
  }

  @Test
  void everythingIsGivenBack() throws Exception {
    play("givenBack");
  }

  @Test
  void slotsAndBatchSizesHaveBounds() throws Exception {
    play("slots");
  }

  @Test
  void onlyBatchSizesOfTheSettingsAreServedAndKnownProfilesAreNotMeasuredAgain() throws Exception {
    play("settings");
  }

  @Test
  void inputsOfTheWrongSizeOrRangeAreRefusedBeforeAnythingIsCopied() throws Exception {
    play("badInput");
  }

  @Test
  void aModelThatComputesWrongIsRefusedAtRegistration() throws Exception {
    play("wrongNumbers");
  }

  @Test
  void aGpuWithoutVirtualMemoryManagementIsRefused() throws Exception {
    play("noVirtualMemory", "STUB_VMM", 0);
  }

  @Test
  void aFaultThatTheDriverReportsQuarantinesTheGpu() throws Exception {
    assertQuarantined("the driver reports fault Xid 79", "STUB_XID", 79);
  }

  @Test
  void aGpuThatIsHotForSecondsIsQuarantined() throws Exception {
    assertQuarantined(
        "it has had 95 °C for 3 s and slows itself down at 90 °C", "STUB_CELSIUS", 95);
  }

  @Test
  void memoryErrorsThatAreNewQuarantineTheGpu() throws Exception {
    assertQuarantined("its memory had 2 errors that could not be corrected", "STUB_ECC", 2);
  }

  private void assertQuarantined(String why, String setting, long value) throws Exception {
    String said = play("quarantine", setting, value);
    assertTrue(said.contains("GPU 0 is out of service: " + why), said);
  }

  @Test
  void anInferenceTellsTheClockThatItRanAt() throws Exception {
    play("clock");
  }

  @Test
  void withoutADriverTheAnswerSaysSo() {
    assertEquals(
        new CudaDriver.Answer.Absent("no libcuda.so.1, so no NVIDIA driver"), CudaDriver.ask());
  }
}
