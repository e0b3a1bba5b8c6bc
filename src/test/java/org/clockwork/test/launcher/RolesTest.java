package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each role in a process of its own, as users start and stop them. */
@Timeout(200)
class RolesTest {
  @TempDir Path folder;

  /** A cluster of its own for each test. */
  private final Map<String, String> environment =
      Map.of("CLOCKWORK_CLUSTER", "roles-" + UUID.randomUUID());

  @Test
  void publishedCommandLinesWorkInAnyOrder() throws Exception {
    try (Launched client =
            clockwork(
                "client",
                "localhost:12346",
                "simple",
                "--warmup=100ms",
                "--duration=1s",
                "--plot=plots/client.svg");
        Launched controller = clockwork("controller", "INFER5", "localhost:12345")) {
      assertEquals("Running workload `simple` on localhost:12346", client.lineBeginning("Running"));
      assertEquals(
          "Client is sending inputs with requests.  Set CLOCKWORK_DISABLE_INPUTS=1 to disable"
              + " inputs.",
          client.lineBeginning("Client is"));
      assertEquals("Connecting to clockwork @ localhost:12346", client.lineBeginning("Connecting"));
      client.lineBeginning("Connection established");
      assertEquals(
          "Clockwork initializing, retrying Controller initializing",
          client.lineBeginning("Clockwork initializing"));
      controller.lineBeginning("Starting Clockwork Controller");
      assertTrue(controller.lineBeginning("         policy=").endsWith("=infer5"));
      try (Launched worker = clockwork("worker_dummy", "-n", "2")) {
        assertTrue(worker.lineBeginning("Cluster port 127.0.0.1:123").contains("--host ADDRESS"));
        assertEquals(
            "Found 64 models in the repositories of 1 worker", client.lineBeginning("Found"));
        client.lineBeginning("throughput=");
        assertEquals(0, client.ended(), client.err());
        assertEquals(
            1, client.out().stream().filter(line -> line.contains("initializing")).count());
        assertTrue(client.out().stream().anyMatch(line -> line.startsWith("Total   workload=")));
        assertTrue(client.out().contains("Drawn   plots/client.svg"), client.out()::toString);
        String svg = Files.readString(folder.resolve("plots/client.svg"));
        assertTrue(svg.contains("Workload simple, as its client saw it"), svg);
        assertTrue(svg.contains(">p99<") && svg.contains(">goodput<"), svg);
        worker.interrupt();
        assertEquals(0, worker.ended(), worker.err());
      }
      controller.interrupt();
      assertEquals(0, controller.ended(), controller.err());
    }
  }

  @Test
  void whatIsWrongIsSaidInASentenceWithExitCode2AndOnlyJsonIsWrittenWhereThatIsAskedFor()
      throws Exception {
    try (Launched worker = clockwork("worker_dummy", "--id", "W7");
        Launched controller = clockwork("controller")) {
      worker.lineBeginning("Worker id W7");
      controller.lineBeginning("(Startup-3) Awaiting LoadModel");
      try (Launched unknown = clockwork("client", "simple", "--model", "nosuch");
          Launched taken = clockwork("worker_dummy", "--id", "W7");
          Launched json =
              clockwork(
                  "client",
                  "simple-parametric",
                  "2",
                  "1",
                  "1",
                  "20",
                  "--model=resnet50_v2_readme",
                  "--json=-")) {
        assertEquals(2, unknown.ended());
        assertTrue(
            unknown.err().contains("no worker has a model 'nosuch' in its repository; there are"),
            unknown.err());
        assertFalse(unknown.err().contains("\tat "), unknown.err());
        assertEquals(2, taken.ended());
        assertTrue(taken.err().contains("give this one another with --id"), taken.err());
        assertFalse(taken.err().contains("\tat "), taken.err());
        assertEquals(0, json.ended(), json.err());
        JsonObject report = new JsonObject(String.join("\n", json.out()));
        assertEquals("simple-parametric", report.getString("workload"));
        assertEquals(20, report.getInteger("offered"));
        assertEquals(0, report.getInteger("unanswered"));
      }
    }
  }

  @Test
  void aClientThatNobodyServesGivesUpAfterItsPatience() throws Exception {
    try (Launched client = clockwork("client", "simple", "--patience=1s")) {
      assertEquals(2, client.ended());
      assertTrue(client.err().contains("no controller answered within 1 s; start"), client.err());
      assertFalse(client.err().contains("\tat "), client.err());
    }
  }

  @Test
  void vertxRunsEachRoleByScriptAndByJarAndCtrlCEndsItInGoodOrder() throws Exception {
    try (Launched worker =
            Launched.vertx(
                folder,
                environment,
                "run",
                "worker_dummy",
                "-cluster",
                "-conf",
                "{\"simulated\": {\"gpus\": 2}}");
        Launched controller =
            Launched.jar(
                folder, environment, "run", "controller", "-cluster", "-conf", conf("controller"));
        Launched gateway =
            Launched.jar(
                folder,
                environment,
                "run",
                "gateway",
                "-cluster",
                "-conf",
                "{\"httpPort\": 0, \"grpcPort\": 0, \"busPort\": 0}");
        Launched other =
            Launched.jar(
                folder, environment, "run", "worker", "-cluster", "-conf", conf("worker"));
        Launched client =
            Launched.vertx(
                folder, environment, "run", "client", "-cluster", "-conf", conf("client"))) {
      gateway.lineBeginning("Gateway G");
      other.lineBeginning("Worker id W");
      client.lineBeginning("Found 64 models");
      client.lineBeginning("throughput=");
      client.interrupt();
      assertEquals(0, client.ended(), client.err());
      assertTrue(client.out().stream().anyMatch(line -> line.startsWith("Total   workload=")));
      for (Launched each : new Launched[] {gateway, other, worker, controller}) {
        each.interrupt();
        assertEquals(0, each.ended(), each.err());
      }
    }
  }

  private Launched clockwork(String... arguments) throws Exception {
    return Launched.clockwork(folder, environment, arguments);
  }

  /** As an operator finds it. */
  private static String conf(String role) {
    return Path.of(System.getProperty("clockwork.root"), "conf", role + ".json").toString();
  }
}
