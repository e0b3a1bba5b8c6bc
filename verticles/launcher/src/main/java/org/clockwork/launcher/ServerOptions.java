package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.controller.ControllerConfig;
import org.clockwork.core.policy.Policies;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.OperatorsConfig;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.lines.LogFormat;
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

  @Option(
      names = "--log-format",
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      description =
          "How lines are written: text, or json, an object a line; otherwise CLOCKWORK_LOG_FORMAT,"
              + " or as conf/operators.json says.")
  private Optional<String> logFormat = Optional.empty();

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
    return configuration.with(controller).with(operators(configuration.operators()));
  }

  private OperatorsConfig operators(OperatorsConfig files) {
    Optional<LogFormat> format = logFormat.flatMap(LogFormat::named);
    if (logFormat.isPresent() && format.isEmpty()) {
      throw new UnusableException(
          "--log-format %s: expected %s".formatted(logFormat.get(), LogFormat.words()));
    }
    return format.map(files::logging).orElse(files);
  }

  /**
   * Where a role's lines go: to that writer, in the wanted form, which what is logged has from then
   * on, too.
   */
  static Consumer<String> lines(Configuration configuration, String role, Consumer<String> writer) {
    LogFormat format = configuration.operators().logFormat();
    format.apply();
    return format.lines(role, writer);
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
