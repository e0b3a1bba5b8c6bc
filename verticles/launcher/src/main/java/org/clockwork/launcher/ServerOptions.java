package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.core.policy.Policies;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of every command that starts roles. */
final class ServerOptions {
  @Mixin private ConfFolder conf;

  @Option(
      names = "--policy",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description =
          "How the controller schedules: default, or infer5, the published one; to compare with,"
              + " flex, nexus and frontrun.")
  private Optional<String> policy = Optional.empty();

  @Option(
      names = "--log-dir",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Where request and action logs go; otherwise CLOCKWORK_LOG_DIR, or ./logs.")
  private Optional<Path> logDirectory = Optional.empty();

  /** The files, the environment and these options, one laid over the other. */
  Configuration configuration() throws ConfigurationException {
    Configuration configuration = ConfigurationReader.read(folder(), System.getenv());
    ControllerConfig controller = configuration.controller();
    if (policy.isPresent()) {
      if (!Policies.names().contains(policy.get())) {
        throw new UnusableException(
            "--policy %s: there are %s"
                .formatted(policy.get(), String.join(", ", Policies.names())));
      }
      controller = controller.scheduledBy(policy.get());
    }
    if (logDirectory.isPresent()) {
      controller = controller.logging(controller.log().in(logDirectory.get()));
    }
    return configuration.with(controller);
  }

  /** Whether the policy was chosen here. */
  boolean namesPolicy() {
    return policy.isPresent();
  }

  /** Where the files are. */
  Path folder() {
    return conf.folder();
  }
}
