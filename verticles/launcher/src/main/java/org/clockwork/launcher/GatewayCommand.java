package org.clockwork.launcher;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.RoleFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code clockwork gateway}: where clients of other programs come in. */
@Command(
    name = "gateway",
    description = "Takes requests by REST, gRPC and the event bus, and answers each exactly once.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GatewayCommand implements Callable<Integer> {
  @Mixin private ServerOptions options;

  @Mixin private DoorOptions doors;

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  GatewayCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Configuration configuration = doors.over(options.configuration());
    ClusterOptions joined =
        cluster.options(
            options.folder(),
            System.getenv(),
            configuration.cluster(RoleFile.GATEWAY),
            NamedNodes.NONE,
            _ -> {});
    new NodeRun(joined, RoleKind.GATEWAY.vertxOptions(), interruption, out::println)
        .run((node, lines) -> new GatewayRole(configuration, node, lines));
    return 0;
  }
}
