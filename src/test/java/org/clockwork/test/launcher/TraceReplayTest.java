package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Traces are made, found and replayed by processes, as users start them. */
@Timeout(200)
class TraceReplayTest {
  @TempDir Path folder;

  private final String cluster = "traces-" + UUID.randomUUID();

  @Test
  void aTraceThatWasMadeUpIsReplayed() throws Exception {
    Path traces = folder.resolve("traces");
    try (Launched synth = clockwork("", "azure-synth", "--out=" + traces, "--functions=2000")) {
      assertEquals(0, synth.ended(), synth.err());
    }
    Path report = folder.resolve("report.json");
    try (Launched controller = clockwork("", "controller");
        Launched worker = clockwork("", "worker_dummy", "-n", "4");
        Launched client =
            clockwork(
                traces.toString(),
                "client",
                "azure",
                "12",
                "1",
                "1",
                "1",
                "--warmup=200ms",
                "--duration=2s",
                "--json=" + report)) {
      controller.lineBeginning("(Startup-3) Awaiting LoadModel");
      worker.lineBeginning("Worker id W");
      assertEquals("Running workload `azure` on cluster " + cluster, client.lineBeginning("Run"));
      assertEquals(0, client.ended(), client.err());
      JsonObject total = new JsonObject(Files.readString(report));
      assertEquals("azure", total.getString("workload"));
      // 562 a second in the mean of a day, less at midnight.
      assertTrue(total.getInteger("offered") > 400, total::encode);
      assertEquals(0, total.getInteger("unanswered"), total::encode);
      assertTrue(total.getInteger("succeeded") > 0, total::encode);
    }
  }

  @Test
  void withoutATraceOneIsToldWhatToSetAndHowToMakeOne() throws Exception {
    try (Launched unset = clockwork("", "client", "azure_small");
        Launched empty = clockwork(folder.toString(), "client", "azure_small");
        Launched deployed =
            clockwork("", "run", "client", "-conf", "{\"workload\": [\"azure\"]}")) {
      assertEquals(2, unset.ended());
      assertTrue(unset.err().startsWith("AZURE_TRACE_DIR is not set"), unset.err());
      assertEquals(2, empty.ended());
      assertTrue(
          empty
              .err()
              .startsWith(
                  "there is no trace "
                      + folder.resolve("invocations_per_function_md.anon.d01.csv")),
          empty.err());
      assertEquals(2, deployed.ended());
      assertTrue(deployed.err().contains("AZURE_TRACE_DIR is not set"), deployed.err());
      for (Launched each : new Launched[] {unset, empty, deployed}) {
        assertTrue(each.err().contains("clockwork azure-synth --out DIR"), each.err());
        assertFalse(each.err().contains("\tat "), each.err());
      }
    }
  }

  /** A blank folder counts as none, whatever is set for the tests themselves. */
  private Launched clockwork(String traceFolder, String... arguments) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("CLOCKWORK_CLUSTER", cluster);
    environment.put("CLOCKWORK_DISABLE_INPUTS", "1");
    environment.put("AZURE_TRACE_DIR", traceFolder);
    return Launched.clockwork(folder, environment, arguments);
  }
}
