package org.clockwork.launcher;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.launcher.cluster.ClusterArguments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clockwork controller}: the one that decides, as a process of its own. */
@Command(
    name = "controller",
    description = {
      "Decides what runs when and where; one for a cluster, and any number that stand by.",
      "Workers and clients find it, and it finds them, in any order."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ControllerCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  ControllerCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    ControllerConfig config = options.configuration().controller();
    new NodeRun(cluster.options(options.folder(), System.getenv()), interruption, out::println)
        .run((node, lines) -> new ControllerRole(config, node, lines));
    return 0;
  }
}
