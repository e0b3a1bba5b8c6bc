package org.clockwork.launcher;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.launcher.plot.LogPlots;
import org.clockwork.launcher.simulate.Outputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork plot LOGDIR}: what a controller's logs say, as pictures. */
@Command(
    name = "plot",
    description = {
      "Draws what a controller's request and action logs say of its last run, also while it goes on:",
      "latency.svg, goodput.svg, cdf.svg, batches.svg and prediction-errors.svg; prints the figures."
    },
    footer = {"", "client WORKLOAD --plot FILE draws what the client itself saw."},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PlotCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "LOGDIR",
      description = "The folder with the logs: CLOCKWORK_LOG_DIR of the controller, or its ./logs.")
  private Path logs = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the pictures go; beside the logs unless given.")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    LogPlots plots = LogPlots.read(logs);
    Path folder = out.orElse(logs);
    Outputs.checkFolder("--out", folder);
    PrintWriter lines = spec.commandLine().getOut();
    lines.println(plots.text());
    plots
        .pictures()
        .forEach(
            (name, svg) -> {
              Path file = folder.resolve(name);
              Outputs.write("--out", file, svg);
              lines.println("Drawn     " + file);
            });
    lines.flush();
    return 0;
  }
}
