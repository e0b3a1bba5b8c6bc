package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./clockwork serve} as a user starts and stops it. */
@Timeout(120)
class ServeTest {
  @TempDir Path folder;

  @Test
  void ctrlCEndsItInGoodOrderWithExitCode0() throws Exception {
    try (Launched serve = serve(Map.of())) {
      serve.lineBeginning("Ctrl-C ends it");
      serve.interrupt();
      assertEquals(0, serve.ended(), serve.err());
      assertEquals("Stopped", serve.out().getLast());
      assertEquals("", serve.err());
    }
    assertTrue(Files.exists(folder.resolve("logs").resolve(TelemetryLog.REQUESTS)));
  }

  @Test
  void withoutARepositoryItServesTheZooAloneAndSaysSoInOneLine() throws Exception {
    try (Launched serve = serve(Map.of())) {
      String line = serve.lineBeginning("No model repository");
      assertTrue(line.contains("CLOCKWORK_MODEL_DIR") && line.contains("simulated zoo"), line);
      assertTrue(serve.lineBeginning("Serving 64 models: ").contains("resnet50_v2"));
    }
  }

  @Test
  void aBrokenModelFolderIsNamedAndTheGoodOneServed() throws Exception {
    Path good = Files.createDirectories(folder.resolve("models/good"));
    Files.writeString(good.resolve("model.measurements"), "weights = 8310000L; b1 = 2730000L;");
    Path broken = Files.createDirectories(folder.resolve("models/broken"));
    Files.writeString(broken.resolve("model.onnx"), "this is no model");
    try (Launched serve =
        serve(
            Map.of("CLOCKWORK_MODEL_DIR", folder.resolve("models").toString()),
            "--simulated-gpus",
            "1")) {
      String line = serve.lineBeginning("model broken can't be served: ");
      assertTrue(line.contains(broken.resolve("model.onnx").toString()), line);
      assertEquals("Serving 1 models: good", serve.lineBeginning("Serving "));
    }
  }

  @Test
  void logsThatCannotBeWrittenAreAWarningAndItServes() throws Exception {
    Path file = Files.writeString(folder.resolve("occupied"), "a file, not a folder");
    try (Launched serve = serve(Map.of("CLOCKWORK_LOG_DIR", file.toString()))) {
      String warning = serve.lineBeginning("can't write " + file);
      assertTrue(warning.contains("set CLOCKWORK_LOG_DIR"), warning);
      serve.lineBeginning("Ctrl-C ends it");
    }
  }

  @Test
  void aRepositoryThatIsNoFolderIsAClearErrorWithExitCode2() throws Exception {
    try (Launched serve = serve(Map.of(), "--model-repository", "nowhere")) {
      assertEquals(2, serve.ended());
      assertTrue(serve.err().contains(folder.resolve("nowhere") + ": is no folder"), serve.err());
    }
  }

  @Test
  void threeMistakesInTheConfigurationAreThreeLinesAndExitCode2() throws Exception {
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(
        conf.resolve("controller.json"),
        """
        {
          "polcy": "default",
          "summarySeconds": -1,
          "scheduler": {"maxBatch": "many"}
        }
        """);
    try (Launched serve = serve(Map.of(), "--conf", "conf")) {
      assertEquals(2, serve.ended());
      assertEquals(3, serve.err().lines().count(), serve.err());
      assertTrue(serve.err().contains("controller.json:2:3: unknown key 'polcy'"), serve.err());
      assertTrue(serve.err().contains("controller.json:3:21: 'summarySeconds'"), serve.err());
      assertTrue(serve.err().contains("controller.json:4:29: 'maxBatch'"), serve.err());
    }
  }

  @Test
  void anUnknownPolicyIsNamedWithThoseThatThereAre() throws Exception {
    try (Launched serve = serve(Map.of(), "--policy", "best")) {
      assertEquals(2, serve.ended());
      assertEquals(
          "--policy best: there are default, direct, echo, flex, frontrun, infer5, nexus, stress",
          serve.err().strip());
    }
  }

  private Launched serve(Map<String, String> environment, String... options) throws Exception {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "serve";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Launched.clockwork(folder, environment, arguments);
  }
}
