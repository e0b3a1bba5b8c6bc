package org.clockwork.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The option {@code --conf DIR}, of every command that goes by settings, and of its subcommands.
 */
final class ConfFolder {
  @Option(
      names = "--conf",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description =
          "Folder of controller.json, worker.json and so on; by default ./clockwork's own.")
  private Optional<Path> conf = Optional.empty();

  /** Where the files are. */
  Path folder() {
    if (conf.isEmpty()) {
      return Path.of(System.getProperty("clockwork.root", "."), "conf");
    }
    if (!Files.isDirectory(conf.get())) {
      throw new UnusableException("--conf %s is no folder".formatted(conf.get()));
    }
    return conf.get();
  }

  /** Whether it was named here. */
  boolean named() {
    return conf.isPresent();
  }
}
