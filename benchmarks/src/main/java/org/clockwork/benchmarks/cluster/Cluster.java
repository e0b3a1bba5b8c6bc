package org.clockwork.benchmarks.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.telemetry.PublishedWording;

/**
 * Controller, workers and clients in processes of their own, under a cluster name that nobody else
 * has, with a folder for what they write. Closing ends them all and removes the folder; they do not
 * outlive this process either.
 */
public final class Cluster implements AutoCloseable {
  /** A role is up in seconds; a machine under load takes its time. */
  private static final Duration STARTING = Duration.ofMinutes(2);

  private static final String WORKER_IS = "Worker id ";

  private final String name = "bench-" + UUID.randomUUID();
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final List<RoleProcess> roles = new CopyOnWriteArrayList<>();
  private final RoleProcess controller;
  private int clients;

  /** With a controller that runs this policy. */
  public Cluster(String policy) throws IOException, InterruptedException {
    this(policy, false);
  }

  private Cluster(String policy, boolean recorded) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("clockwork-bench");
    // What is set for the user's own runs must not change what is measured.
    environment.put("CLOCKWORK_DISABLE_INPUTS", "0");
    environment.put("CLOCKWORK_LOG_DIR", logs().toString());
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    try {
      controller = role(recorded ? recording(policy) : plain(policy));
      controller.await(line -> line.startsWith("Cluster "), STARTING);
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** With a controller that also records what it decides. */
  static Cluster recorded(String policy) throws IOException, InterruptedException {
    return new Cluster(policy, true);
  }

  /** Under which its nodes find each other. */
  public String name() {
    return name;
  }

  RoleProcess controller() {
    return controller;
  }

  Path folder() {
    return folder;
  }

  /** Where the controller records, if it does; complete once it has been closed. */
  Path recording() {
    return folder.resolve("recording");
  }

  /** Where the controller writes its logs; complete once it has been closed. */
  Path logs() {
    return folder.resolve("logs");
  }

  /** Clients started from now on send requests without inputs; the worker makes them up. */
  public Cluster withoutInputs() {
    environment.put("CLOCKWORK_DISABLE_INPUTS", "1");
    return this;
  }

  /** Starts a role and waits until the controller takes requests for it. */
  public RoleProcess worker(String... command) throws IOException, InterruptedException {
    RoleProcess worker = role(List.of(command));
    worker.await(line -> line.startsWith(WORKER_IS), STARTING);
    String id =
        worker.lines().stream()
            .filter(line -> line.startsWith(WORKER_IS))
            .map(line -> line.substring(WORKER_IS.length()))
            .findFirst()
            .orElseThrow();
    String row = "Worker %s ".formatted(PublishedWording.worker(new WorkerId(id)));
    controller.await(line -> line.startsWith(row), STARTING);
    return worker;
  }

  /** Starts a client. */
  public ClientProcess client(String... workload) throws IOException {
    Path json = folder.resolve("client-%d.json".formatted(clients++));
    List<String> command = new ArrayList<>(List.of("client"));
    command.addAll(List.of(workload));
    command.addAll(List.of("--json", json.toString()));
    return new ClientProcess(role(command), json);
  }

  private static List<String> plain(String policy) {
    return List.of("controller", "--policy", policy);
  }

  private List<String> recording(String policy) {
    List<String> command = new ArrayList<>(plain(policy));
    command.addAll(List.of("--record", recording().toString()));
    return command;
  }

  private RoleProcess role(List<String> command) throws IOException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("--cluster", name));
    RoleProcess role = RoleProcess.start(line, environment);
    roles.add(role);
    return role;
  }

  /** Ends the roles, the youngest first, so that each still finds whom it says good-bye to. */
  public void end() {
    roles.reversed().forEach(RoleProcess::close);
    roles.clear();
  }

  @Override
  public void close() {
    end();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("removing " + folder, e);
    }
  }
}
