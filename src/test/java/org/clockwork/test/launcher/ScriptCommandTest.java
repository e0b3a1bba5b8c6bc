package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scripts as users start them, each in a process beside a controller and a worker. */
@Timeout(240)
class ScriptCommandTest {
  @TempDir Path folder;

  private final Map<String, String> environment =
      Map.of("CLOCKWORK_CLUSTER", "scripts-" + UUID.randomUUID());

  @Test
  void scriptsRunAsAnyWorkloadDoesAndOneThatFillsItsMemoryIsNoticedByNobodyElse() throws Exception {
    try (Launched controller = clockwork("controller");
        Launched worker = clockwork("worker_dummy", "-n", "1")) {
      try (Launched steady =
              clockwork(
                  "client",
                  "script",
                  "steady.js",
                  "--rate",
                  "50",
                  "--slo=5000",
                  "--warmup",
                  "500ms",
                  "--duration",
                  "8s",
                  "--json",
                  "-");
          Launched greedy = greedy()) {
        assertEquals(3, greedy.ended());
        assertTrue(
            greedy.err().contains("clockwork: script greedy.js used up the memory of its process"),
            greedy.err());
        assertEquals(0, steady.ended(), steady.err());
        JsonObject total = new JsonObject(String.join("\n", steady.out()));
        assertEquals("steady.js", total.getString("workload"));
        assertEquals(400, total.getInteger("offered"), 1);
        assertEquals(0, total.getInteger("unanswered"));
        assertEquals(total.getInteger("offered"), total.getInteger("met"), total::encode);
        assertTrue(steady.err().contains("Running workload `steady.js` on cluster scripts-"));
        assertTrue(steady.err().contains("\nthroughput="), steady.err());
      }
      vertxRunsSeveralAndGoesOnWhenOneFails();
      aMistakeEndsWithFileAndLineAndCodeTwo();
      ctrlCEndsTheLoad();
      worker.interrupt();
      assertEquals(0, worker.ended(), worker.err());
      controller.interrupt();
      assertEquals(0, controller.ended(), controller.err());
    }
  }

  private Launched greedy() throws IOException {
    Files.writeString(
        folder.resolve("greedy.js"),
        "const all = [];\nclockwork.afterMillis(100, () => {\n  for (;;) all.push(new Float64Array(1e6));\n});\n");
    return Launched.clockwork(
        folder,
        Map.of(
            "CLOCKWORK_CLUSTER",
            environment.get("CLOCKWORK_CLUSTER"),
            "CLOCKWORK_JAVA_OPTS",
            "-Xmx256m"),
        "client",
        "script",
        "greedy.js");
  }

  private void vertxRunsSeveralAndGoesOnWhenOneFails() throws Exception {
    Files.writeString(
        folder.resolve("breaks.js"), "\nclockwork.afterMillis(50, () => clockwork.infer('no'));\n");
    try (Launched vertx =
        Launched.vertx(
            folder,
            environment,
            "run",
            "steady.js",
            "breaks.js",
            "-cluster",
            "-conf",
            "{\"durationSeconds\": 2, \"args\": {\"rate\": 50, \"slo\": 5000}}")) {
      vertx.lineBeginning("breaks.js:2: Error: infer: no model 'no' is loaded");
      assertTrue(
          vertx
              .lineBeginning("Total ")
              .startsWith("Total   workload=steady.js seed=1 duration=2.0s"));
      assertTrue(vertx.lineBeginning("Answers").contains(" (100.00%)"));
      assertEquals(2, vertx.ended());
    }
  }

  private void aMistakeEndsWithFileAndLineAndCodeTwo() throws Exception {
    try (Launched client = clockwork("client", "script", "steady.js", "--rte", "5")) {
      assertEquals(2, client.ended());
      assertTrue(
          client
              .err()
              .matches(
                  "(?s)steady.js:[0-9]+: Error: steady.js takes no --rte; it takes --rate, --model,"
                      + " --copies, --slo\n"),
          client.err());
    }
  }

  private void ctrlCEndsTheLoad() throws Exception {
    try (Launched client = clockwork("client", "script", "think_time.js", "--users", "3")) {
      client.lineBeginning("throughput=");
      client.interrupt();
      assertTrue(client.lineBeginning("Total ").startsWith("Total   workload=think_time.js"));
      assertEquals(0, client.ended(), client.err());
      assertFalse(client.err().contains("Exception"), client.err());
    }
  }

  private Launched clockwork(String... arguments) throws IOException {
    return Launched.clockwork(folder, environment, arguments);
  }
}
