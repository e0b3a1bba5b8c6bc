package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./clockwork serve} as a user starts and stops it. */
@Timeout(120)
class ServeTest {
  @TempDir Path folder;

  /** One of its own for each test. */
  private final String cluster = "serve-" + UUID.randomUUID();

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

  @Test
  void itSaysWhereClientsComeInAndTheyDo() throws Exception {
    try (Launched serve = serve(Map.of())) {
      String line = serve.lineBeginning("Open Inference Protocol: REST at http://127.0.0.1:");
      Matcher port = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)").matcher(line);
      assertTrue(port.find(), line);
      serve.lineBeginning("Ctrl-C ends it");
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> ready =
            client.send(
                HttpRequest.newBuilder(URI.create(port.group() + "/v2/health/ready")).build(),
                BodyHandlers.ofString());
        assertEquals("{\"ready\":true}", ready.body());
      }
      serve.interrupt();
      assertEquals(0, serve.ended(), serve.err());
    }
  }

  @Test
  void clientsAndWorkersOfOtherProcessesJoinIt() throws Exception {
    Map<String, String> environment = Map.of("CLOCKWORK_CLUSTER", cluster);
    try (Launched serve = serve(Map.of())) {
      serve.lineBeginning("Ctrl-C ends it");
      try (Launched worker = Launched.clockwork(folder, environment, "worker_dummy")) {
        worker.lineBeginning("Worker id W1");
        try (Launched client =
            Launched.clockwork(
                folder, environment, "client", "simple-parametric", "2", "1", "1", "20")) {
          assertEquals(0, client.ended(), client.err());
        }
      }
    }
  }

  @Test
  void besideAControllerThatLeadsItsGatewayAndWorkerWorkForThat() throws Exception {
    Map<String, String> environment = Map.of("CLOCKWORK_CLUSTER", cluster);
    try (Launched controller = Launched.clockwork(folder, environment, "controller")) {
      controller.lineBeginning("(Startup-1)");
      try (Launched serve = serve(Map.of())) {
        assertTrue(serve.lineBeginning("Serving 64 models: ").contains("resnet50_v2"));
        serve.interrupt();
        assertEquals(0, serve.ended(), serve.err());
      }
    }
  }

  @Test
  void aTakenPortIsNamedWithItsOptionAndExitCode2() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      for (String option : List.of("--http-port", "--grpc-port", "--metrics-port", "--bus-port")) {
        try (Launched serve = serve(Map.of(), option + "=" + port)) {
          assertEquals(2, serve.ended());
          assertTrue(
              serve.err().startsWith(option + " " + port + ": can't listen on 127.0.0.1:" + port),
              serve.err());
          assertEquals(1, serve.err().lines().count(), serve.err());
        }
      }
    }
  }

  @Test
  void aPortThatIsNoneIsRefusedBeforeAnythingStarts() throws Exception {
    try (Launched serve = serve(Map.of(), "--http-port=70000")) {
      assertEquals(2, serve.ended());
      assertTrue(serve.err().contains("httpPort=70000"), serve.err());
    }
  }

  private Launched serve(Map<String, String> environment, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("serve"));
    arguments.addAll(List.of(options));
    Map<String, String> alone = new HashMap<>(environment);
    alone.put("CLOCKWORK_CLUSTER", cluster);
    return Launched.clockwork(folder, alone, arguments.toArray(String[]::new));
  }
}
