package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.clockwork.core.device.ModelSource;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.RoleFile;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.worker.WorkerNodeConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code clockwork serve}: the whole server in one process, until Ctrl-C. */
@Command(
    name = "serve",
    description = {
      "The whole server in one process: gateway, controller and a worker. Clients and more workers",
      "join it as they come."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Serve implements Callable<Integer> {
  @Option(
      names = "--model-repository",
      paramLabel = "DIR",
      description = "Folder of models, one folder each; otherwise CLOCKWORK_MODEL_DIR.")
  private Optional<Path> repository = Optional.empty();

  @Option(
      names = "--simulated-gpus",
      paramLabel = "N",
      description = "GPUs that take the published models' measured time and compute nothing.")
  private Optional<Integer> simulatedGpus = Optional.empty();

  @Option(
      names = "--allow-uploads",
      description = "Models may be uploaded into the repository over HTTP, by whoever reaches it.")
  private boolean allowsUploads;

  @Mixin private DeviceOptions devices;

  @Mixin private ServerOptions options;

  @Mixin private DoorOptions doors;

  @Mixin private RecordingOptions recording;

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  Serve(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    Configuration configuration = configuration();
    Consumer<String> out =
        ServerOptions.lines(configuration, "serve", spec.commandLine().getOut()::println);
    List<ModelSource> sources = sources(configuration.worker(), out);
    ClusterOptions joined =
        cluster
            .options(
                options.folder(),
                System.getenv(),
                configuration.cluster(RoleFile.CONTROLLER),
                NamedNodes.NONE,
                _ -> {})
            .usuallyFromPort(ClusterOptions.CONTROLLER_PORT);
    new NodeRun(joined, ServeRole.options(), interruption, out)
        .run(
            (node, lines) ->
                AttendedRole.of(
                    new ConfSource(
                        options.folder(),
                        EnumSet.of(
                            RoleFile.CONTROLLER,
                            RoleFile.WORKER,
                            RoleFile.GATEWAY,
                            RoleFile.OPERATORS),
                        this::configuration),
                    configuration,
                    node,
                    lines,
                    operations -> new ServeRole(configuration, sources, operations, node, lines)));
    return 0;
  }

  private Configuration configuration() throws ConfigurationException {
    Configuration configuration = options.configuration();
    WorkerNodeConfig worker = configuration.worker();
    if (repository.isPresent()) {
      worker = worker.serving(repository.get());
    }
    worker = worker.with(devices.over(worker.devices()));
    if (simulatedGpus.isPresent()) {
      int gpus = DeviceOptions.count("--simulated-gpus", simulatedGpus.get());
      worker = worker.with(worker.devices().withSimulatedGpus(gpus));
    } else if (worker.modelRepository().isEmpty() && worker.devices().simulated().gpus() == 0) {
      // Nothing but the zoo to serve, and nothing yet to serve it on.
      worker = worker.with(worker.devices().withSimulatedGpus(1));
    }
    Configuration asked = doors.over(configuration);
    return asked
        .with(worker)
        .with(uploads(asked.doors(), worker))
        .with(recording.over(configuration.controller()));
  }

  private DoorsConfig uploads(DoorsConfig file, WorkerNodeConfig worker) {
    if (!allowsUploads) {
      return file;
    }
    Path folder =
        worker
            .modelRepository()
            .orElseThrow(
                () ->
                    new UnusableException(
                        "--allow-uploads needs a folder to put models into; name one with"
                            + " --model-repository"));
    return file.with(file.uploads().into(folder));
  }

  private static List<ModelSource> sources(WorkerNodeConfig worker, Consumer<String> out) {
    if (worker.modelRepository().isPresent()) {
      return Models.of(
          worker.modelRepository().get(), worker.devices().simulated().gpus() > 0, out);
    }
    out.accept(
        "No model repository (neither --model-repository nor CLOCKWORK_MODEL_DIR): serving the"
            + " simulated zoo alone");
    return Models.zooAlone();
  }
}
