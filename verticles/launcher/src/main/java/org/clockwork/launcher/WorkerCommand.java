package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.ModelSource;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.RoleFile;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.DevicesConfig;
import org.clockwork.worker.WorkerNodeConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clockwork worker}: a machine's devices, as a process of their own. */
@Command(
    name = "worker",
    description = {
      "Runs models on this machine's devices, exactly when the controller says.",
      "SIGTERM and Ctrl-C let it end what it has accepted before it leaves."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class WorkerCommand implements Callable<Integer> {
  @Option(
      names = "--id",
      paramLabel = "NAME",
      description =
          "Part of its bus address and of every line about it; by default the first of W0, W1 and"
              + " so on that no other worker has.")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--model-repository",
      paramLabel = "DIR",
      description = "Folder of models, one folder each; otherwise CLOCKWORK_MODEL_DIR.")
  private Optional<Path> repository = Optional.empty();

  @Option(
      names = {"-n", "--simulated-gpus"},
      paramLabel = "N",
      description = "GPUs that take the published models' measured time and compute nothing.")
  private Optional<Integer> simulatedGpus = Optional.empty();

  @Mixin private DeviceOptions devices;

  @Mixin private ServerOptions options;

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  WorkerCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = options.configuration();
    Consumer<String> out =
        ServerOptions.lines(configuration, "worker", spec.commandLine().getOut()::println);
    WorkerOpening.lines(options.folder(), System.getenv()).forEach(out);
    WorkerNodeConfig config = Models.withSomethingToRun(config(configuration.worker()));
    List<ModelSource> sources = Models.ofWorker(config, out);
    new NodeRun(cluster(cluster, options, configuration), interruption, out)
        .run((node, lines) -> new WorkerRole(config, sources, node, lines));
    return 0;
  }

  private WorkerNodeConfig config(WorkerNodeConfig files) {
    WorkerNodeConfig config = files;
    if (id.isPresent()) {
      config = config.named(workerId(id.get()));
    }
    if (repository.isPresent()) {
      config = config.serving(repository.get());
    }
    DevicesConfig chosen = devices.over(config.devices());
    if (simulatedGpus.isPresent()) {
      chosen =
          chosen.withSimulatedGpus(DeviceOptions.count("--simulated-gpus", simulatedGpus.get()));
    }
    return config.with(chosen);
  }

  static WorkerId workerId(String id) {
    try {
      return new WorkerId(id);
    } catch (IllegalArgumentException e) {
      throw new UnusableException("--id: " + e.getMessage());
    }
  }

  static ClusterOptions cluster(
      ClusterArguments cluster, ServerOptions options, Configuration configuration) {
    return cluster
        .options(
            options.folder(),
            System.getenv(),
            configuration.cluster(RoleFile.WORKER),
            NamedNodes.NONE,
            _ -> {})
        .usuallyFromPort(ClusterOptions.WORKER_PORT);
  }
}
