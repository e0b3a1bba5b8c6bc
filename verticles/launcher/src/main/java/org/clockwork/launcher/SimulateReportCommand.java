package org.clockwork.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Panels;
import org.clockwork.experiments.Report;
import org.clockwork.experiments.Result;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.simulate.Outputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork simulate report}: every experiment with several seeds, as one page. */
@Command(
    name = "report",
    description = {
      "Runs experiments with several seeds and writes a page of Markdown: targets and whether they",
      "are met, medians and how far they spread, and a picture of each in a folder beside it."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class SimulateReportCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      split = ",",
      description = "Which experiments; all unless given.")
  private List<String> names = new ArrayList<>();

  @Mixin private SimulationOptions options;

  @Option(
      names = "--out",
      paramLabel = "FILE.md",
      required = true,
      description = "The page; pictures go to the folder FILE beside it.")
  private Path page = Path.of("");

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Experiment> experiments =
        SimulateCommand.experiments(names.isEmpty() ? List.of("all") : names);
    Path pictures = pictures();
    Outputs.checkFile("--out", page);
    List<Result> results = options.run(experiments);
    String command =
        "./clockwork simulate report %s%s --out %s"
            .formatted(
                names.isEmpty() ? "" : String.join(",", names) + " ",
                options.repeated(options.seeds()),
                page);
    try {
      Files.createDirectories(pictures);
      for (Map.Entry<Experiment, List<Result>> own : Report.byExperiment(results).entrySet()) {
        Files.writeString(
            pictures.resolve(own.getKey().name() + ".svg"), Panels.svg(own.getValue()));
      }
      Files.writeString(
          page,
          Report.markdown(
              results,
              options.policies().getFirst(),
              options.extent(),
              command,
              pictures.getFileName().toString()));
    } catch (IOException e) {
      throw new UnusableException("--out %s can't be written: %s".formatted(page, e));
    }
    spec.commandLine()
        .getOut()
        .println(
            "%s: %d experiments, %d seeds; pictures in %s"
                .formatted(page, experiments.size(), options.seeds().size(), pictures));
    return 0;
  }

  /** {@code docs/experiments} for {@code docs/experiments.md}. */
  private Path pictures() {
    String name = page.getFileName().toString();
    if (!name.endsWith(".md") || name.equals(".md")) {
      throw new UnusableException(
          "--out %s: expected the name of a page, as docs/experiments.md".formatted(page));
    }
    return page.resolveSibling(name.substring(0, name.length() - ".md".length()));
  }
}
