package org.clockwork.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.clockwork.core.policy.Policies;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Extent;
import org.clockwork.experiments.Panels;
import org.clockwork.experiments.Report;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Row;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.simulate.Outputs;
import org.clockwork.launcher.simulate.ResultJson;
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
      "are met, medians and how far they spread, and a picture of each in a folder beside it. What",
      "takes too long for one sitting is run in parts: simulate E5 --seed 3 --json part.json and so",
      "on, in any division by experiment, seed, policy and point, then report --from them all."
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
      names = "--from",
      paramLabel = "FILE.json",
      split = ",",
      description = "Runs nothing: puts together what simulate --json has written.")
  private List<Path> parts = new ArrayList<>();

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
    ResultJson found = parts.isEmpty() ? run(experiments) : read(experiments);
    List<Result> results = found.results();
    String command =
        "./clockwork simulate report %s%s --out %s"
            .formatted(
                names.isEmpty() ? "" : String.join(",", names) + " ",
                parts.isEmpty()
                    ? options.repeated(options.seeds())
                    : "--from "
                        + parts.stream().map(Path::toString).collect(Collectors.joining(",")),
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
              judged(results),
              found.extent(),
              command,
              pictures.getFileName().toString()));
    } catch (IOException e) {
      throw new UnusableException("--out %s can't be written: %s".formatted(page, e));
    }
    spec.commandLine()
        .getOut()
        .println(
            "%s: %d experiments, %d seeds; pictures in %s"
                .formatted(
                    page,
                    Report.byExperiment(results).size(),
                    results.stream().map(Result::seed).distinct().count(),
                    pictures));
    return 0;
  }

  private ResultJson run(List<Experiment> experiments) throws InterruptedException {
    return new ResultJson(options.run(experiments), options.extent());
  }

  /** The first that was asked for; of what was read the default one, else the first there. */
  private String judged(List<Result> results) {
    if (parts.isEmpty()) {
      return options.policies().getFirst();
    }
    List<String> policies =
        results.stream().flatMap(result -> result.rows().stream()).map(Row::policy).toList();
    return policies.contains(Policies.DEFAULT) ? Policies.DEFAULT : policies.getFirst();
  }

  private ResultJson read(List<Experiment> experiments) {
    List<String> others = options.given();
    if (!others.isEmpty()) {
      throw new UnusableException(
          "--from and %s: what the files hold is reported, nothing is run; leave %s away"
              .formatted(others.getFirst(), String.join(", ", others)));
    }
    List<Result> results = new ArrayList<>();
    Set<Extent> extents = new LinkedHashSet<>();
    for (Path part : parts) {
      ResultJson json = read(part);
      results.addAll(json.results());
      extents.add(json.extent());
    }
    if (extents.size() > 1) {
      throw new UnusableException(
          "--from: some files hold whole experiments and some hold parts of their time: "
              + extents.stream().map(extent -> "extent " + extent.share()).toList());
    }
    List<Result> wanted =
        results.stream().filter(result -> experiments.contains(result.experiment())).toList();
    if (wanted.isEmpty()) {
      throw new UnusableException("--from: the files hold no rows of " + names);
    }
    try {
      return new ResultJson(Result.merged(wanted), extents.iterator().next());
    } catch (IllegalArgumentException e) {
      throw new UnusableException("--from: " + e.getMessage() + "; name each part once");
    }
  }

  private static ResultJson read(Path part) {
    try {
      return ResultJson.of(Files.readString(part));
    } catch (IOException e) {
      throw new UnusableException("--from %s can't be read: %s".formatted(part, e));
    } catch (IllegalArgumentException e) {
      throw new UnusableException("--from %s: %s".formatted(part, e.getMessage()));
    }
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
