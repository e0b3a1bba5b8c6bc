package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of a cluster leave in the middle of a load: in good order, killed, or replaced. */
@Timeout(240)
class LeavingProcessesTest {
  /** Longer than it takes to miss a process that was killed, on any machine. */
  private static final String OBJECTIVE_MILLIS = "30000";

  @TempDir Path folder;

  private final String cluster = "test-" + UUID.randomUUID();
  private final Deque<Launched> launched = new ArrayDeque<>();
  private final Map<Launched, Path> reports = new HashMap<>();
  private Launched controller;

  @BeforeEach
  void start() throws Exception {
    controller = launch("controller", "--log-dir", folder.resolve("logs").toString());
    controller.lineBeginning("Starting Clockwork Controller");
    worker("stays");
  }

  @AfterEach
  void stop() {
    launched.forEach(Launched::close);
  }

  @Test
  void allAreAnsweredWhenOneOfTwoWorkersIsKilled() throws Exception {
    Launched killed = worker("killed");
    Launched client = client();
    killed.close();
    controller.lineBeginning("Worker killed has left");
    assertAllSucceeded(client);
  }

  @Test
  void allAreAnsweredWhenOneOfTwoWorkersShutsDownAndItEndsQuietly() throws Exception {
    Launched leaves = worker("leaves");
    Launched client = client();
    leaves.terminate();
    assertEquals(0, leaves.ended());
    assertEquals("", leaves.err());
    assertAllSucceeded(client);
  }

  @Test
  void allAreAnsweredWhenAnotherClientIsKilled() throws Exception {
    Launched client = client();
    Launched other = client();
    other.close();
    client.lineBeginning("throughput=");
    assertAllSucceeded(client);
  }

  @Test
  void allAreAnsweredWhenTheControllerIsKilledAndAnotherStandsBy() throws Exception {
    Launched standby = launch("controller", "--log-dir", folder.resolve("logs2").toString());
    standby.lineBeginning("Another controller leads this cluster");
    Launched client = client();
    controller.close();
    standby.lineBeginning("Worker stays");
    JsonObject report = report(client);
    assertEquals(0, report.getInteger("unanswered"), report::encode);
    assertEquals(new JsonObject(), report.getJsonObject("failed"), report::encode);
    assertTrue(report.getInteger("succeeded") > 0, report::encode);
    // The models are still there, for whoever comes now.
    assertAllSucceeded(client());
  }

  @Test
  void aSecondWorkerOfTheSameIdIsToldSo() throws Exception {
    Launched second = launch("worker_dummy", "-n", "1", "--id", "stays");
    assertEquals(2, second.ended());
    assertTrue(second.err().startsWith("worker id stays is already used by node "), second.err());
    assertTrue(second.err().contains("--id"), second.err());
  }

  @Test
  void workersWithoutAnIdGetOneEach() throws Exception {
    Launched one = launch("worker_dummy", "-n", "1");
    Launched other = launch("worker_dummy", "-n", "1");
    List<String> ids =
        Stream.of(one.lineBeginning("Worker id "), other.lineBeginning("Worker id "))
            .sorted()
            .toList();
    assertEquals(List.of("Worker id W0", "Worker id W1"), ids);
  }

  /** A worker that the controller knows. */
  private Launched worker(String id) throws Exception {
    Launched worker = launch("worker_dummy", "-n", "1", "--id", id);
    controller.lineBeginning("Worker " + id);
    return worker;
  }

  /** A client in the middle of its load. */
  private Launched client() throws Exception {
    Path json = folder.resolve("client" + launched.size() + ".json");
    Launched client =
        launch(
            "client",
            "poisson-open-loop",
            "4",
            "40",
            "--slo-millis",
            OBJECTIVE_MILLIS,
            "--json",
            json.toString());
    reports.put(client, json);
    client.lineBeginning("throughput=");
    return client;
  }

  private void assertAllSucceeded(Launched client) throws Exception {
    JsonObject report = report(client);
    assertEquals(report.getInteger("offered"), report.getInteger("succeeded"), report::encode);
  }

  private JsonObject report(Launched client) throws Exception {
    client.lineBeginning("throughput=");
    client.interrupt();
    assertEquals(0, client.ended(), client.err());
    return new JsonObject(Files.readString(reports.get(client)));
  }

  private Launched launch(String... arguments) throws Exception {
    Launched process =
        Launched.clockwork(
            folder,
            Map.of("CLOCKWORK_CLUSTER", cluster, "CLOCKWORK_DISABLE_INPUTS", "1"),
            arguments);
    launched.push(process);
    return process;
  }
}
