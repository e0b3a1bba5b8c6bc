package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option {@code --json FILE}, for commands that say the same to people and to programs. */
final class JsonResult {
  private static final String STANDARD_OUTPUT = "-";

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write what came of it as JSON; - is standard output, and nothing else.")
  private Optional<String> file = Optional.empty();

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  /** Before anything is computed: a file that can't be written is known at once. */
  void check() {
    if (file.isPresent() && Files.isDirectory(Path.of(file.get()))) {
      throw new UnusableException("--json %s is a folder; name a file".formatted(file.get()));
    }
  }

  /** Where people read. */
  PrintWriter people() {
    return file.equals(Optional.of(STANDARD_OUTPUT))
        ? spec.commandLine().getErr()
        : spec.commandLine().getOut();
  }

  void write(JsonObject result) {
    if (file.isEmpty()) {
      return;
    }
    String text = result.encodePrettily() + "\n";
    if (file.get().equals(STANDARD_OUTPUT)) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
      return;
    }
    try {
      Files.writeString(Path.of(file.get()), text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UnusableException("--json %s can't be written: %s".formatted(file.get(), e));
    }
  }
}
