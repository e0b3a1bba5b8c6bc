package org.clockwork.launcher;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: {@code ./clockwork VERB}. Each verb is a subcommand of its own class. */
@Command(
    name = "clockwork",
    description = "A multi-tenant inference server that answers inside the objective.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    footer = {
      "",
      "Done by the script itself: test, fmt, bench NAME.",
      "JVM flags: conf/jvm.options; more for one run in CLOCKWORK_JAVA_OPTS."
    })
public final class Main implements Runnable {
  private final CommandLine commandLine;

  private Main() {
    this.commandLine = new CommandLine(this);
  }

  /** The whole command tree, as {@link #main} runs it; the tests ask it which verbs exist. */
  public static CommandLine commandLine() {
    return new Main().commandLine;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** Without a verb: say which there are. */
  @Override
  public void run() {
    commandLine.usage(commandLine.getOut());
  }

  /** The version that Maven wrote into the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
              .orElse("(not packaged)");
      return new String[] {
        "clockwork " + version,
        "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.home") + ")"
      };
    }
  }
}
