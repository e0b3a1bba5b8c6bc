package org.clockwork.launcher;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.clockwork.core.device.ModelSource;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.WorkerNodeConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clockwork worker_dummy -n N}: a worker that needs no GPU. */
@Command(
    name = "worker_dummy",
    description = {
      "A worker with simulated GPUs alone: they take the time that the published models were",
      "measured to take, and compute nothing."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class WorkerDummyCommand implements Callable<Integer> {
  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many GPUs; ${DEFAULT-VALUE} by default.")
  private int gpus;

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description = "As for the worker: by default the first of W0, W1 and so on that is free.")
  private Optional<String> id = Optional.empty();

  @Mixin private ServerOptions options;

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  WorkerDummyCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    if (gpus < 1 || gpus > 1_024) {
      throw new UnusableException("-n %d: expected 1 to 1024 GPUs".formatted(gpus));
    }
    Configuration configuration = options.configuration();
    Consumer<String> out =
        ServerOptions.lines(configuration, "worker_dummy", spec.commandLine().getOut()::println);
    WorkerOpening.lines(options.folder(), System.getenv()).forEach(out);
    WorkerNodeConfig files = configuration.worker();
    WorkerNodeConfig unnamed = files.with(files.devices().onlySimulatedGpus(gpus));
    WorkerNodeConfig config =
        id.map(name -> unnamed.named(WorkerCommand.workerId(name))).orElse(unnamed);
    List<ModelSource> sources = Models.zooOnDemand();
    new NodeRun(WorkerCommand.cluster(cluster, options, configuration), interruption, out)
        .run((node, lines) -> new WorkerRole(config, sources, node, lines));
    return 0;
  }
}
