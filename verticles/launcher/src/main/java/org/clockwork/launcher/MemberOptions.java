package org.clockwork.launcher;

import java.util.Optional;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.RoleFile;
import picocli.CommandLine.Mixin;

/** The options of a command that joins the cluster to ask something, and how it does that. */
final class MemberOptions {
  @Mixin private ConfFolder conf;

  @Mixin private ClusterArguments cluster;

  /** The role once it has asked; empty where it was interrupted before. */
  <R extends Role> Optional<R> run(Interruption interruption, NodeRun.Making<R> making)
      throws Exception {
    Configuration configuration = ConfigurationReader.read(conf.folder(), System.getenv());
    return new NodeRun(
            cluster.options(
                conf.folder(),
                System.getenv(),
                configuration.cluster(RoleFile.CLIENT),
                NamedNodes.NONE,
                _ -> {}),
            interruption,
            _ -> {})
        .run(making);
  }
}
