package org.clockwork.launcher;

import java.util.Optional;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

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
  /**
   * Wrong options, a wrong configuration, a repository that can't be used: for the user to mend.
   */
  private static final int UNUSABLE = 2;

  /** Something broke that should not have; the stack trace is for whoever mends it. */
  private static final int BROKEN = 1;

  private final CommandLine commandLine;

  private Main(Interruption interruption) {
    this.commandLine =
        new CommandLine(this)
            .addSubcommand(new Demo(interruption))
            .addSubcommand(new Serve(interruption))
            .addSubcommand(new ControllerCommand(interruption))
            .addSubcommand(new WorkerCommand(interruption))
            .addSubcommand(new WorkerDummyCommand(interruption))
            .addSubcommand(client(interruption))
            .addSubcommand(new GatewayCommand(interruption))
            .addSubcommand(new RunCommand(interruption))
            .addSubcommand(new AzureSynthCommand(interruption))
            .addSubcommand(new PlanCommand(interruption))
            .addSubcommand(new ReplayCommand())
            .addSubcommand(new ExplainCommand(interruption))
            .addSubcommand(models(interruption))
            .addSubcommand(new UsageCommand(interruption))
            .addSubcommand(new ReloadCommand(interruption))
            .addSubcommand(new TokenCommand())
            .addSubcommand(new ProfileCommand())
            .addSubcommand(new CheckModelCommand(interruption))
            .addSubcommand(new PlotCommand())
            .addSubcommand(simulate())
            .setExecutionExceptionHandler(Main::explain);
  }

  private static CommandLine simulate() {
    CommandLine simulate = new CommandLine(new SimulateCommand());
    simulate.getCommandSpec().usageMessage().footer(SimulateCommand.experiments());
    return simulate;
  }

  private static CommandLine models(Interruption interruption) {
    return new CommandLine(new ModelsCommand())
        .addSubcommand(new ModelsCommand.Ls(interruption))
        .addSubcommand(new ModelsCommand.Load(interruption))
        .addSubcommand(new ModelsCommand.Unload(interruption));
  }

  private static CommandLine client(Interruption interruption) {
    CommandLine script =
        new CommandLine(new ScriptCommand()).setUnmatchedOptionsArePositionalParams(true);
    CommandLine client =
        new CommandLine(new ClientCommand(interruption)).addSubcommand("script", script);
    client.getCommandSpec().usageMessage().footer(ClientCommand.workloads());
    return client;
  }

  /** The whole command tree, as {@link #main} runs it; the tests ask it which verbs exist. */
  public static CommandLine commandLine() {
    return new Main(new Interruption()).commandLine;
  }

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Logging.configure();
    Interruption interruption = new Interruption().expected();
    int exitCode = new Main(interruption).commandLine.execute(args);
    interruption.ended(exitCode);
    System.exit(exitCode);
  }

  private static int explain(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof UnusableException || e instanceof ConfigurationException) {
      command.getErr().println(e.getMessage());
      return UNUSABLE;
    }
    e.printStackTrace(command.getErr());
    return BROKEN;
  }

  /** Without a verb: say which there are. */
  @Override
  public void run() {
    commandLine.usage(commandLine.getOut());
  }

  /** The version that Maven wrote into the jar's manifest. */
  static final class Version implements IVersionProvider {
    static String build() {
      return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
          .orElse("(not packaged)");
    }

    @Override
    public String[] getVersion() {
      return new String[] {
        "clockwork " + build(),
        "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.home") + ")"
      };
    }
  }
}
