package org.clockwork.launcher;

import java.util.EnumSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
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
    Configuration configuration = doors.over(options.configuration());
    Consumer<String> out =
        ServerOptions.lines(configuration, "gateway", spec.commandLine().getOut()::println);
    ClusterOptions joined =
        cluster.options(
            options.folder(),
            System.getenv(),
            configuration.cluster(RoleFile.GATEWAY),
            NamedNodes.NONE,
            _ -> {});
    new NodeRun(joined, RoleKind.GATEWAY.vertxOptions(), interruption, out)
        .run(
            (node, lines) ->
                AttendedRole.of(
                    new ConfSource(
                        options.folder(),
                        EnumSet.of(RoleFile.GATEWAY, RoleFile.OPERATORS),
                        options::configuration),
                    configuration,
                    node,
                    lines,
                    operations -> new GatewayRole(configuration, operations, node, lines)));
    return 0;
  }
}
