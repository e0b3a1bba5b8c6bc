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
import java.util.stream.Stream;

/**
 * Controller, workers and clients in processes of their own, under a cluster name that nobody else
 * has, with a folder for what they write. Closing ends them all and removes the folder.
 */
final class Cluster implements AutoCloseable {
  /** A role is up in seconds; a machine under load takes its time. */
  private static final Duration STARTING = Duration.ofMinutes(2);

  /** As published: the first row about the GPUs of the first worker that is known. */
  private static final String KNOWS_A_WORKER = "GPU 0 ";

  private final String name = "bench-" + UUID.randomUUID();
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final List<RoleProcess> roles = new ArrayList<>();
  private final RoleProcess controller;
  private int clients;

  /** With a controller that runs this policy. */
  Cluster(String policy) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("clockwork-bench");
    // What is set for the user's own runs must not change what is measured.
    environment.put("CLOCKWORK_DISABLE_INPUTS", "0");
    environment.put("CLOCKWORK_LOG_DIR", logs().toString());
    try {
      controller = role("controller", "--policy", policy);
      controller.await(line -> line.startsWith("Cluster "), STARTING);
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  RoleProcess controller() {
    return controller;
  }

  Path folder() {
    return folder;
  }

  /** Where the controller writes its logs; complete once it has been closed. */
  Path logs() {
    return folder.resolve("logs");
  }

  /** Clients started from now on send requests without inputs; the worker makes them up. */
  Cluster withoutInputs() {
    environment.put("CLOCKWORK_DISABLE_INPUTS", "1");
    return this;
  }

  /** Starts a role and waits until the controller takes requests for it. */
  RoleProcess worker(String... command) throws IOException, InterruptedException {
    RoleProcess worker = role(command);
    worker.await(line -> line.startsWith("Worker id "), STARTING);
    controller.await(line -> line.startsWith(KNOWS_A_WORKER), STARTING);
    return worker;
  }

  /** Starts a client. */
  ClientProcess client(String... workload) throws IOException {
    Path json = folder.resolve("client-%d.json".formatted(clients++));
    List<String> command = new ArrayList<>(List.of("client"));
    command.addAll(List.of(workload));
    command.addAll(List.of("--json", json.toString()));
    return new ClientProcess(role(command.toArray(String[]::new)), json);
  }

  private RoleProcess role(String... command) throws IOException {
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of("--cluster", name));
    RoleProcess role = RoleProcess.start(line, environment);
    roles.add(role);
    return role;
  }

  /** Ends the roles, the youngest first, so that each still finds whom it says good-bye to. */
  void end() {
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
