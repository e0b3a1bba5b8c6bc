package org.clockwork.test.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.launcher.Main;
import org.clockwork.launcher.ProfileCommand;
import org.clockwork.test.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code ./clockwork profile [check|unit]}, as it is typed. */
class ProfileCommandTest {
  @TempDir Path root;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private FixtureMachine machine;

  @BeforeEach
  void create() {
    machine = new FixtureMachine(root);
  }

  @Test
  void aMachineIsDescribed() {
    assertEquals(0, execute());
    Shape.of(
            "host        volta01",
            "system      Linux 6\\.1\\.0 \\S+",
            "processor   Xeon E5-2698, \\d+ core\\(s\\) for this process",
            "memory      251\\.8 GB",
            "Java        25\\.0\\.1 in /opt/jdk",
            "heap        \\d+\\.\\d GB at most",
            "settings    .*/conf",
            "GPUs        1, driver 550\\.54\\.15, CUDA 12\\.4, runtime 12\\.6",
            "GPU 0       Tesla V100, 32\\.0 GB, compute mode exclusive process, persistence on, "
                + "graphics 1380 MHz of 1380 \\(now 1380\\), memory 877 MHz of 877 \\(now 877\\)")
        .assertExactly(out.toString().lines().toList());
  }

  @Test
  void aMachineWithoutGpusSaysThatItNeedsNone() {
    machine.survey(new Survey.None("no libnvidia-ml.so.1, so no NVIDIA driver"));
    assertEquals(0, execute("--json", "-"));
    assertEquals(
        "none: no libnvidia-ml.so.1, so no NVIDIA driver; simulated and onnx devices need none",
        new JsonObject(out.toString()).getJsonObject("machine").getString("GPUs"));
    machine.survey(new Survey.Unusable("nvmlInit_v2 says 9: Driver Not Loaded"));
    out.getBuffer().setLength(0);
    assertEquals(0, execute());
    assertTrue(
        out.toString().contains("GPUs        can't be used: nvmlInit_v2 says 9"), out.toString());
  }

  @Test
  void whereAllIsAsWantedTheExitCodeIs0() {
    assertEquals(0, execute("check"));
    List<String> lines = out.toString().lines().toList();
    assertEquals("✔ CUDA cache (worker with GPUs): disabled by CUDA_CACHE_DISABLE=1", lines.get(0));
    assertEquals("17 items: 17 ✔, 0 ⚠, 0 ✘", lines.getLast());
    assertEquals(18, lines.size());
  }

  @Test
  void aWarningIsNoFailure() {
    machine.limits("20000", "unlimited", "unlimited");
    assertEquals(0, execute("check"));
    Shape.of(
            "⚠ open files \\(every role\\): RLIMIT_NOFILE is 20000; wanted: RLIMIT_NOFILE of at"
                + " least 65535",
            "    mend: echo 'ann - nofile 1048576' \\| sudo tee .*",
            "17 items: 16 ✔, 1 ⚠, 0 ✘")
        .assertInOrder(out.toString().lines().toList());
  }

  @Test
  void whatIsToBeMendedSaysHowAndTheExitCodeIs1() {
    machine.unset("CUDA_CACHE_DISABLE");
    assertEquals(1, execute("check"));
    Shape.of(
            "✘ CUDA cache \\(worker with GPUs\\): CUDA_CACHE_DISABLE is not set; wanted:"
                + " CUDA_CACHE_DISABLE=1",
            "    mend: export CUDA_CACHE_DISABLE=1",
            "17 items: 16 ✔, 0 ⚠, 1 ✘")
        .assertInOrder(out.toString().lines().toList());
  }

  @Test
  void programsReadTheSame() {
    machine.unset("CUDA_CACHE_DISABLE");
    assertEquals(1, execute("check", "--json=-"));
    JsonObject told = new JsonObject(out.toString());
    assertEquals(Set.of("items"), told.fieldNames());
    assertEquals(17, told.getJsonArray("items").size());
    assertEquals(
        new JsonObject()
            .put("name", "CUDA cache")
            .put("role", "worker with GPUs")
            .put("level", "fail")
            .put("found", "CUDA_CACHE_DISABLE is not set")
            .put("wanted", "CUDA_CACHE_DISABLE=1")
            .put("remedy", "export CUDA_CACHE_DISABLE=1"),
        told.getJsonArray("items").getJsonObject(0));
    assertTrue(err.toString().startsWith("✘ CUDA cache"), err.toString());
  }

  @Test
  void aUnitSetsTheGpusAtEveryStart() {
    assertEquals(0, execute("unit"));
    Shape.of(
            "\\[Service\\]",
            "ExecStart=nvidia-smi -pm 1",
            "ExecStart=nvidia-smi -c 3",
            "ExecStart=-nvidia-smi --auto-boost-default=DISABLED",
            "ExecStart=-nvidia-smi -i 0 -ac 877,1380",
            "ExecStart=-nvidia-smi -i 0 -lgc 1380",
            "WantedBy=multi-user.target")
        .assertInOrder(out.toString().lines().toList());
  }

  @Test
  void otherSettingsCanBeNamed() throws Exception {
    Path conf = Files.createDirectory(root.resolve("other"));
    Files.writeString(conf.resolve("worker.json"), "{\"wrong\": 1}");
    assertEquals(1, execute("check", "--conf=" + conf));
    assertTrue(out.toString().contains("✘ settings (every role): " + conf), out.toString());
  }

  /** On whatever machine this runs: what it exits with is what it says. */
  @Test
  void theCommandLineLooksAtThisMachine() {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = commandLine.execute("profile", "check", "--json=-");
    boolean failed =
        new JsonObject(out.toString())
            .getJsonArray("items").stream()
                .anyMatch(item -> ((JsonObject) item).getString("level").equals("fail"));
    assertEquals(failed ? 1 : 0, exitCode, err::toString);
  }

  @Test
  void wrongWordsAreToldWithExitCode2() {
    assertTyped("profile chekc: expected check, unit or nothing", "chekc");
    assertTyped("--conf /nowhere is no folder", "check", "--conf=/nowhere");
    assertTyped("--json / is a folder; name a file", "check", "--json=/");
  }

  private void assertTyped(String message, String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 1];
    all[0] = "profile";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    assertEquals(2, commandLine.execute(all));
    assertTrue(err.toString().contains(message), err.toString());
  }

  private int execute(String... arguments) {
    return new CommandLine(new ProfileCommand(machine.machine()))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
