package org.clockwork.launcher;

import io.vertx.core.VertxOptions;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.clockwork.client.ClientConfig;
import org.clockwork.client.Watch;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.RoleFile;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.WorkerNodeConfig;

/** The roles that a process can have, by the names that command lines and {@code run} use. */
enum RoleKind {
  CONTROLLER(RoleFile.CONTROLLER, ClusterOptions.CONTROLLER_PORT) {
    @Override
    RoleVerticle verticle() {
      return new ControllerNode();
    }

    @Override
    Role role(Configuration configuration, Node node, Consumer<String> lines) {
      return AttendedRole.of(
          configuration,
          node,
          lines,
          operations -> new ControllerRole(configuration.controller(), operations, node, lines));
    }
  },

  WORKER(RoleFile.WORKER, ClusterOptions.WORKER_PORT) {
    @Override
    RoleVerticle verticle() {
      return new WorkerNode();
    }

    @Override
    Role role(Configuration configuration, Node node, Consumer<String> lines) {
      WorkerNodeConfig config = Models.withSomethingToRun(configuration.worker());
      return new WorkerRole(config, Models.ofWorker(config, lines), node, lines);
    }
  },

  WORKER_DUMMY(RoleFile.WORKER, ClusterOptions.WORKER_PORT) {
    @Override
    RoleVerticle verticle() {
      return new WorkerDummyNode();
    }

    @Override
    Role role(Configuration configuration, Node node, Consumer<String> lines) {
      WorkerNodeConfig files = configuration.worker();
      int gpus = Math.max(1, files.devices().simulated().gpus());
      WorkerNodeConfig config = files.with(files.devices().onlySimulatedGpus(gpus));
      return new WorkerRole(config, Models.zooOnDemand(), node, lines);
    }
  },

  CLIENT(RoleFile.CLIENT, 0) {
    @Override
    RoleVerticle verticle() {
      return new ClientNode();
    }

    @Override
    Role role(Configuration configuration, Node node, Consumer<String> lines) {
      ClientConfig client = configuration.client();
      return new ClientRole(
          configuration.gateway(), client, ClientRole.planned(client), Watch.NONE, node, lines);
    }
  },

  GATEWAY(RoleFile.GATEWAY, 0) {
    @Override
    VertxOptions vertxOptions() {
      return RoleLoops.optionsWith(DoorLoops.count());
    }

    @Override
    RoleVerticle verticle() {
      return new GatewayNode();
    }

    @Override
    Role role(Configuration configuration, Node node, Consumer<String> lines) {
      return AttendedRole.of(
          configuration,
          node,
          lines,
          operations -> new GatewayRole(configuration, operations, node, lines));
    }
  };

  private final RoleFile file;
  private final int usualPort;

  /**
   * @param usualPort of its cluster port; 0: as cluster.xml says
   */
  RoleKind(RoleFile file, int usualPort) {
    this.file = file;
    this.usualPort = usualPort;
  }

  /** The same as a verticle, yet to be deployed. */
  abstract RoleVerticle verticle();

  abstract Role role(Configuration configuration, Node node, Consumer<String> lines);

  /**
   * The role of that name, or whose verticle has that class name.
   *
   * @throws UnusableException there is none; the message lists those that are
   */
  static RoleKind named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.word().equals(name) || kind.className().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UnusableException(
                    "run %s: there is no such role; there are %s".formatted(name, words())));
  }

  /** All of them, for messages. */
  static String words() {
    return Arrays.stream(values()).map(RoleKind::word).collect(Collectors.joining(", "));
  }

  /** {@code worker_dummy}. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  private String className() {
    return verticle().getClass().getName();
  }

  /** The event loops that it needs. */
  VertxOptions vertxOptions() {
    return RoleLoops.options();
  }

  /** Its keys are what the role's JSON may hold. */
  RoleFile file() {
    return file;
  }

  /** The options, with the port that this role has unless they say otherwise. */
  ClusterOptions onUsualPort(ClusterOptions options) {
    return usualPort == 0 ? options : options.usuallyFromPort(usualPort);
  }
}
