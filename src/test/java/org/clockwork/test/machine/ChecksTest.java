package org.clockwork.test.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.launcher.machine.Checks;
import org.clockwork.launcher.machine.Item;
import org.clockwork.launcher.machine.Level;
import org.clockwork.launcher.machine.Machine;
import org.clockwork.launcher.machine.MachineReport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every item of {@code profile check}, each way that it can be. */
class ChecksTest {
  @TempDir Path root;

  private FixtureMachine machine;

  @BeforeEach
  void create() {
    machine = new FixtureMachine(root);
  }

  @Test
  void aMachineAsWantedHasNothingToMend() {
    assertEquals(
        List.of(
            "CUDA cache",
            "PTX JIT",
            "open files",
            "locked memory",
            "real-time priority",
            "memory maps",
            "CPU governor",
            "GPUs",
            "GPU 0 compute mode",
            "GPU 0 persistence mode",
            "GPU 0 auto boost",
            "GPU 0 clocks",
            "model folder",
            "log folder",
            "settings",
            "JDK",
            "JVM flags"),
        machine.items().stream().map(Item::name).toList());
    for (Item item : machine.items()) {
      assertEquals(Level.OK, item.level(), item::toString);
      assertEquals("", item.remedy());
    }
  }

  @Test
  void theCudaCacheHasToBeDisabled() {
    machine.unset("CUDA_CACHE_DISABLE");
    fails("CUDA cache", "CUDA_CACHE_DISABLE is not set", "export CUDA_CACHE_DISABLE=1");
    machine.environment("CUDA_CACHE_DISABLE", "0");
    fails("CUDA cache", "CUDA_CACHE_DISABLE is '0'", "export CUDA_CACHE_DISABLE=1");
  }

  @Test
  void ptxJitMustNotBeForced() {
    machine.environment("CUDA_FORCE_PTX_JIT", "1");
    fails("PTX JIT", "forced: CUDA_FORCE_PTX_JIT is '1'", "unset CUDA_FORCE_PTX_JIT");
    machine.environment("CUDA_FORCE_PTX_JIT", "0");
    assertEquals(Level.OK, machine.item("PTX JIT").level());
  }

  @ParameterizedTest
  @CsvSource({
    "unlimited, OK",
    "65535, OK",
    "65534, WARNING",
    "16384, WARNING",
    "16383, FAIL",
    "1024, FAIL"
  })
  void openFilesAreWantedInTensOfThousands(String limit, Level level) {
    machine.limits(limit, "unlimited", "unlimited");

    Item item = machine.item("open files");

    assertEquals(level, item.level());
    assertEquals("RLIMIT_NOFILE is " + limit, item.found());
    assertEquals(
        level == Level.OK
            ? ""
            : "echo 'ann - nofile 1048576' | sudo tee -a /etc/security/limits.d/zz-clockwork.conf;"
                + " log in again",
        item.remedy());
  }

  @Test
  void lockedMemoryAndPriorityAreWantedWithoutALimit() {
    machine.limits("unlimited", "65536", "0");
    fails(
        "locked memory",
        "RLIMIT_MEMLOCK is 65536",
        "echo 'ann - memlock unlimited' | sudo tee -a /etc/security/limits.d/zz-clockwork.conf; log"
            + " in again");
    fails(
        "real-time priority",
        "RLIMIT_RTPRIO is 0",
        "echo 'ann - rtprio unlimited' | sudo tee -a /etc/security/limits.d/zz-clockwork.conf; log"
            + " in again");
  }

  @Test
  void thereIsNoHigherPriorityThan99() {
    machine.limits("unlimited", "unlimited", "99");
    assertEquals(Level.OK, machine.item("real-time priority").level());
    machine.limits("unlimited", "unlimited", "98");
    assertEquals(Level.FAIL, machine.item("real-time priority").level());
  }

  @Test
  void filesThatSetALowerLimitAreNamed() {
    machine
        .limits("1024", "64", "unlimited")
        .write("etc/security/limits.conf", "# * hard nofile 1\n* soft nofile 1024\n")
        .write("etc/security/limits.d/mpi.conf", "* - memlock 64\n@mpi hard nofile 4096 # why\n")
        .write("etc/security/limits.d/notes.txt", "* - nofile 1\n");

    assertEquals(
        "remove the lower nofile in /etc/security/limits.conf:2; remove the lower nofile in"
            + " /etc/security/limits.d/mpi.conf:2; echo 'ann - nofile 1048576' | sudo tee -a"
            + " /etc/security/limits.d/zz-clockwork.conf; log in again",
        machine.item("open files").remedy());
    assertTrue(
        machine
            .item("locked memory")
            .remedy()
            .startsWith("remove the lower memlock in /etc/security/limits.d/mpi.conf:1; echo "),
        () -> machine.item("locked memory").remedy());
  }

  @Test
  void whatSystemdStartsHasALimitOfItsOwn() {
    machine
        .limits("1024", "unlimited", "unlimited")
        .write("etc/systemd/system.conf", "[Manager]\nDefaultLimitNOFILE=1024:4096\n")
        .write("etc/systemd/user.conf", "[Manager]\n#DefaultLimitNOFILE=1\n");

    assertTrue(
        machine
            .item("open files")
            .remedy()
            .endsWith(
                "; for what systemd starts: remove the lower DefaultLimitNOFILE in"
                    + " /etc/systemd/system.conf:2; printf '[Manager]\\n"
                    + "DefaultLimitNOFILE=1048576\\n"
                    + "' | sudo install -D /dev/stdin /etc/systemd/system.conf.d/clockwork.conf"
                    + " (and user.conf.d); restart"),
        () -> machine.item("open files").remedy());
  }

  @Test
  void aSystemThatDoesNotTellIsAWarning() {
    machine.without("proc/self/limits").without("proc/sys/vm/max_map_count");
    for (String name : List.of("open files", "locked memory", "real-time priority")) {
      warns(name, "/proc/self/limits doesn't tell", "none: only Linux tells");
    }
    warns(
        "memory maps", "/proc/sys/vm/max_map_count doesn't tell", "none: only Linux has the limit");
  }

  @Test
  void tenMillionMapsAreWanted() {
    machine.write("proc/sys/vm/max_map_count", "9999999\n");
    fails(
        "memory maps",
        "vm.max_map_count is 9999999",
        "sudo sysctl -w vm.max_map_count=10000000; to keep it: echo vm.max_map_count=10000000 |"
            + " sudo tee /etc/sysctl.d/90-clockwork.conf");
  }

  @Test
  void everyCoreIsWantedAtItsHighestClock() {
    machine.governor(1, "powersave");
    fails(
        "CPU governor",
        "performance on 1 core(s), powersave on 1 core(s)",
        "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
    machine
        .without("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        .without("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor");
    warns(
        "CPU governor",
        "not told: this kernel doesn't set the clock of its cores",
        "none here; on a virtual machine its host decides");
  }

  @Test
  void noGpuIsNothingToMend() {
    machine.survey(new Survey.None("no libnvidia-ml.so.1, so no NVIDIA driver"));
    warns(
        "GPUs",
        "none: no libnvidia-ml.so.1, so no NVIDIA driver",
        "none needed: simulated and onnx devices run without; else install NVIDIA's driver");
    assertEquals(13, machine.items().size(), "and nothing is said of a GPU's settings");
  }

  @Test
  void aDriverThatDoesNotRunIsToBeMended() {
    machine.survey(new Survey.Unusable("nvmlInit_v2 says 9: Driver Not Loaded"));
    fails(
        "GPUs",
        "nvmlInit_v2 says 9: Driver Not Loaded",
        "sudo modprobe nvidia; nvidia-smi says what is wrong");
  }

  @Test
  void eachGpuThatIsNotSetAsWantedIsNamedWithItsCommand() {
    Gpu wrong =
        new Gpu(
            1,
            "Tesla V100",
            16L << 30,
            Optional.of(Gpu.ComputeMode.DEFAULT),
            Optional.of(false),
            Optional.of(true),
            new Gpu.Clock(OptionalInt.of(135), OptionalInt.of(1230), OptionalInt.of(1380)),
            FixtureMachine.clock(877));
    machine.gpus(FixtureMachine.gpu(0), wrong);
    String lost =
        "; lost at every restart: ./clockwork profile unit prints a systemd unit that does it";

    assertEquals("2, driver 550.54.15, CUDA 12.4, runtime 12.6", machine.item("GPUs").found());
    assertEquals(Level.OK, machine.item("GPU 0 compute mode").level());
    fails(
        "GPU 1 compute mode",
        "default: any number of processes",
        "sudo nvidia-smi -i 1 -c 3" + lost);
    fails("GPU 1 persistence mode", "off", "sudo nvidia-smi -i 1 -pm 1" + lost);
    warns("GPU 1 auto boost", "on", "sudo nvidia-smi -i 1 --auto-boost-default=DISABLED" + lost);
    warns(
        "GPU 1 clocks",
        "graphics 1230 MHz of 1380 (now 135), memory 877 MHz of 877 (now 877)",
        "sudo nvidia-smi -i 1 -ac 877,1380; sudo nvidia-smi -i 1 -lgc 1380" + lost);
  }

  @Test
  void aMemoryClockBelowItsHighestIsAWarningToo() {
    Gpu gpu = FixtureMachine.gpu(0);
    machine.gpus(
        new Gpu(
            0,
            gpu.name(),
            gpu.memoryBytes(),
            gpu.computeMode(),
            gpu.persistence(),
            gpu.autoBoost(),
            FixtureMachine.HIGHEST,
            new Gpu.Clock(OptionalInt.empty(), OptionalInt.of(810), OptionalInt.of(877))));
    assertEquals(Level.WARNING, machine.item("GPU 0 clocks").level());
  }

  @Test
  void whatAGpuDoesNotTellIsNoFault() {
    Gpu.Clock silent = new Gpu.Clock(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
    machine.gpus(
        new Gpu(
            0, "H100", 1, Optional.empty(), Optional.empty(), Optional.empty(), silent, silent));
    assertEquals(Level.WARNING, machine.item("GPU 0 compute mode").level());
    assertEquals(Level.WARNING, machine.item("GPU 0 persistence mode").level());
    assertEquals(Level.OK, machine.item("GPU 0 auto boost").level());
    assertEquals(Level.OK, machine.item("GPU 0 clocks").level());
  }

  @Test
  void theModelFolderHasToBeOneThatCanBeRead() {
    String models = root.resolve("models").toString();
    assertEquals(models + ", with 1 model(s)", machine.item("model folder").found());
    machine.unwritable("models");
    assertEquals(
        models + ", with 1 model(s); it can't be written, so profiles are kept in the user's cache",
        machine.item("model folder").found());
    machine.unreadable("models");
    fails(
        "model folder",
        models + " may not be read by this user",
        "sudo chmod -R a+rX '%s'".formatted(models));
    machine.environment("CLOCKWORK_MODEL_DIR", root + "/nowhere");
    fails("model folder", root + "/nowhere is no folder", "mkdir -p '%s/nowhere'".formatted(root));
    machine.unset("CLOCKWORK_MODEL_DIR");
    warns(
        "model folder",
        "not named, so a worker offers the simulated zoo alone",
        "export CLOCKWORK_MODEL_DIR=FOLDER");
  }

  @Test
  void aModelThatCannotBeUsedIsNamed() {
    machine.write("models/broken/profile.json", "{}");
    Item item = machine.item("model folder");
    assertEquals(Level.WARNING, item.level());
    assertTrue(
        item.found().contains("with 1 model(s); can't be used: " + root + "/models/broken/"),
        item::found);
  }

  @Test
  void theLogFolderHasToBeOneThatCanBeWritten() {
    String logs = root.resolve("logs").toString();
    String remedy =
        "sudo mkdir -p '%1$s'; sudo chown \"$USER\" '%1$s'; or export CLOCKWORK_LOG_DIR=FOLDER";
    assertEquals(logs, machine.item("log folder").found());
    machine.unwritable("logs");
    fails("log folder", logs + " may not be written by this user", remedy.formatted(logs));

    String inside = logs + "/deep/er";
    machine.environment("CLOCKWORK_LOG_DIR", inside);
    fails(
        "log folder",
        "%s is not there and can't be created in %s".formatted(inside, logs),
        remedy.formatted(inside));
    machine.environment("CLOCKWORK_LOG_DIR", root + "/new/logs");
    assertEquals(
        root + "/new/logs is not there yet; the controller creates it",
        machine.item("log folder").found());
    assertEquals(Level.OK, machine.item("log folder").level());
    machine.environment("CLOCKWORK_LOG_DIR", root + "/conf/worker.json");
    fails("log folder", root + "/conf/worker.json is no folder", "export CLOCKWORK_LOG_DIR=FOLDER");
  }

  @Test
  void everyMistakeInTheSettingsIsTold() {
    assertEquals("worker.json in " + root + "/conf", machine.item("settings").found());
    machine.write("conf/worker.json", "{\n  \"onxx\": 1\n}").write("conf/client.json", "{");
    Item item = machine.item("settings");
    assertEquals(Level.FAIL, item.level());
    assertTrue(item.found().contains(root + "/conf/worker.json:2:"), item::found);
    assertTrue(item.found().contains("; " + root + "/conf/client.json:1:"), item::found);
    assertEquals(
        "correct the places named; a file that is not there leaves its role at the defaults",
        item.remedy());
  }

  @Test
  void aFolderWithoutSettingsIsAWarning() {
    machine.without("conf/worker.json");
    warns(
        "settings",
        "no file in %s/conf, so the defaults hold".formatted(root),
        "name their folder with --conf");
  }

  @Test
  void anOlderJavaIsToBeReplaced() {
    assertEquals("25.0.1 in /opt/jdk", machine.item("JDK").found());
    machine.java(24);
    fails("JDK", "24.0.1 in /opt/jdk", "install Eclipse Temurin 25; export JAVA_HOME=ITS_FOLDER");
  }

  @Test
  void theFlagsThatAreMissingAreNamed() {
    assertEquals("2 of 2 active", machine.item("JVM flags").found());
    machine.flags("-Xmx2g", "-ea");
    fails(
        "JVM flags",
        "1 of 2 active, missing: -XX:+UseZGC",
        "start it by ./clockwork, or with java @%s/conf/jvm.options".formatted(root));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx8g", "-XX:-UseZGC"})
  void aFlagThatAnotherReplacesIsToldAndIsNoFault(String other) {
    machine.flags("-XX:+UseZGC", "-Xmx2g", other);
    Item item = machine.item("JVM flags");
    assertEquals(Level.OK, item.level());
    assertTrue(item.found().startsWith("1 of 2 active, replaced: " + other + " for "), item::found);
  }

  @Test
  void flagsThatCannotBeComparedAreAWarning() {
    machine.without("conf/jvm.options");
    warns(
        "JVM flags",
        "there is no %s/conf/jvm.options to compare with".formatted(root),
        "name its folder with --conf");
  }

  @Test
  void nobodyIsToldToMendSomethingWithoutHow() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Item("x", "every role", Level.FAIL, "found", "wanted", " "));
  }

  /** Files below /proc are not like others: they have no size, and a second read says nothing. */
  @Test
  void theLimitsOfThisVeryMachineAreReadWhole() throws Exception {
    Path maps = Path.of("/proc/sys/vm/max_map_count");
    assumeTrue(Files.exists(maps), "no /proc here");
    Machine here = Machine.here(root.resolve("conf"));
    List<Item> items = Checks.of(here, new Survey.None("not asked"));
    assertTrue(
        items.stream()
            .anyMatch(
                item -> {
                  String told = "vm.max_map_count is ";
                  return item.found().equals(told + firstLine(maps));
                }),
        items::toString);
    assertTrue(
        items.stream().anyMatch(item -> item.found().matches("RLIMIT_NOFILE is (\\d+|unlimited)")),
        items::toString);
    Map<String, String> machineTold = MachineReport.machine(here, new Survey.None("not asked"));
    assertEquals(firstLine(Path.of("/proc/sys/kernel/hostname")), machineTold.get("host"));
    assertTrue(machineTold.get("memory").matches("\\d+\\.\\d GB"), machineTold::toString);
  }

  private static String firstLine(Path file) {
    try {
      return Files.readAllLines(file).getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fails(String name, String found, String remedy) {
    assertItem(Level.FAIL, name, found, remedy);
  }

  private void warns(String name, String found, String remedy) {
    assertItem(Level.WARNING, name, found, remedy);
  }

  private void assertItem(Level level, String name, String found, String remedy) {
    Item item = machine.item(name);
    assertEquals(level, item.level(), item::toString);
    assertEquals(found, item.found());
    assertEquals(remedy, item.remedy());
  }
}
