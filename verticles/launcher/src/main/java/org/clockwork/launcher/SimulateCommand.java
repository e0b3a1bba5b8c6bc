package org.clockwork.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.experiments.Experiment;
import org.clockwork.experiments.Experiments;
import org.clockwork.experiments.Ground;
import org.clockwork.experiments.Panels;
import org.clockwork.experiments.Report;
import org.clockwork.experiments.Result;
import org.clockwork.experiments.Table;
import org.clockwork.experiments.Target;
import org.clockwork.experiments.Value;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.simulate.Outputs;
import org.clockwork.launcher.simulate.ResultJson;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork simulate NAME|FILE.json}: an experiment or a scenario, on the simulator. */
@Command(
    name = "simulate",
    description = {
      "Runs experiments in virtual time, with the production scheduler, gateways and workers, and",
      "prints a table of each. A run follows from its seed, but for processor times.",
      "FILE.json is a scenario of your own: models, GPUs, load, network and faults. docs/scenarios.md",
      "explains each key, docs/scenarios has examples."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = SimulateReportCommand.class)
final class SimulateCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME|FILE.json",
      split = ",",
      description = "Which experiments, see below; all for every one. Or one scenario.")
  private List<String> names = new ArrayList<>();

  @Mixin private SimulationOptions options;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the rows as JSON; - is standard output, and nothing else.")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--csv",
      paramLabel = "DIR|FILE",
      description =
          "Also write them as CSV: a file for one experiment with one seed, else a folder.")
  private Optional<Path> csv = Optional.empty();

  @Option(
      names = "--plot",
      paramLabel = "DIR",
      description = "Also draw each experiment beside what was published, as NAME.svg.")
  private Optional<Path> plot = Optional.empty();

  @Spec private CommandSpec spec;

  /** What follows the options in the help. */
  static String[] experiments() {
    List<String> lines = new ArrayList<>(List.of("", "Experiments:"));
    for (Experiment experiment : Experiments.all()) {
      lines.add("  " + experiment.name() + "  " + experiment.title());
    }
    return lines.toArray(String[]::new);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (names.stream().anyMatch(ScenarioRun::isMeantBy)) {
      playScenario();
      return 0;
    }
    List<Experiment> experiments = experiments(names);
    Outputs outputs = new Outputs(json, csv, plot, experiments.size() * options.seeds().size());
    outputs.check();
    List<Result> results = options.run(experiments);
    if (!outputs.jsonAlone()) {
      print(results, spec.commandLine().getOut());
    }
    outputs.writeJson(
        new ResultJson(results, options.extent()).text(), spec.commandLine().getOut());
    outputs.writeCsv(results);
    for (List<Result> own : Report.byExperiment(results).values()) {
      outputs.writePlot(own.getFirst().experiment().name(), () -> Panels.svg(own));
    }
    return 0;
  }

  private void playScenario() {
    List<String> misfits = new ArrayList<>(options.given());
    misfits.removeAll(List.of("--policy", "--seed"));
    csv.ifPresent(_ -> misfits.add("--csv"));
    plot.ifPresent(_ -> misfits.add("--plot"));
    if (names.size() > 1 || options.seeds().size() > 1 || !misfits.isEmpty()) {
      throw new UnusableException(
          "simulate %s: a scenario is played alone, with one --seed, under one --policy or several, and may go to --json; got %s"
              .formatted(
                  String.join(",", names),
                  misfits.isEmpty()
                      ? "%d names and %d seeds".formatted(names.size(), options.seeds().size())
                      : String.join(", ", misfits)));
    }
    Outputs outputs = new Outputs(json, csv, plot, 1);
    outputs.check();
    List<PlayablePolicy> policies =
        options.policies().stream().map(name -> PlayablePolicy.named("--policy", name)).toList();
    CommandLine command = spec.commandLine();
    new ScenarioRun(Path.of(names.getFirst()), options.seeds().getFirst())
        .run(
            policies,
            outputs,
            outputs.jsonAlone() ? command.getErr() : command.getOut(),
            command.getOut());
  }

  static List<Experiment> experiments(List<String> names) {
    try {
      return Experiments.named(names);
    } catch (IllegalArgumentException e) {
      throw new UnusableException("simulate: " + e.getMessage());
    }
  }

  private void print(List<Result> results, PrintWriter out) {
    out.println(Ground.COMMON);
    for (Result result : results) {
      Experiment experiment = result.experiment();
      out.printf("%n%s: %s%n", experiment.name(), experiment.title());
      if (!experiment.remark().isEmpty()) {
        out.println("here: " + experiment.remark());
      }
      out.printf(
          "seed %d; again: ./clockwork simulate %s %s%n%n",
          result.seed(), experiment.name(), options.repeated(List.of(result.seed())));
      out.print(Table.text(result.rows()));
      printTargets(result, out);
    }
    out.flush();
  }

  private void printTargets(Result result, PrintWriter out) {
    if (!options.extent().whole()) {
      out.println("\nnot held against targets: only a part of the experiment was run");
      return;
    }
    String policy = options.policies().getFirst();
    List<Target.Judgement> judged = result.judged(policy);
    long met = judged.stream().filter(Target.Judgement::met).count();
    out.printf("%n%s meets %d of %d targets%n", policy, met, judged.size());
    for (Target.Judgement judgement : judged) {
      if (!judgement.met()) {
        out.printf(
            "  missed: %s is %s, wanted %s%n",
            judgement.target().about(),
            judgement.found().isPresent()
                ? Value.of(judgement.found().getAsDouble()).text()
                : "absent",
            judgement.wanted());
      }
    }
  }
}
