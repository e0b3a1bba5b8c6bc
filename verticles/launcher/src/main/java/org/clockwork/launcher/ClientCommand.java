package org.clockwork.launcher;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.client.ClientConfig;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Payloads;
import org.clockwork.client.RandomPayloads;
import org.clockwork.client.Report;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workloads;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork client WORKLOAD}: offers a load and says what came of it. */
@Command(
    name = "client",
    description = {
      "Offers a load: a line each second, a total at the end. Ctrl-C ends the load; what is",
      "outstanding is still awaited."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ClientCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "WORKLOAD [PARAMETER...]",
      description = "What to offer; see below.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model to send to, where a workload has one; otherwise the published one.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--slo-millis",
      paramLabel = "MS",
      description = "The objective of every request; otherwise the model's, or the controller's.")
  private Optional<Double> sloMillis = Optional.empty();

  @Option(
      names = "--warmup",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "So long in the beginning nothing counts.")
  private double warmUpSeconds;

  @Option(
      names = "--duration",
      paramLabel = "SECONDS",
      description = "So long after the warm-up it goes on; otherwise until Ctrl-C.")
  private Optional<Double> durationSeconds = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all that is random in the load; otherwise that of client.json.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the total as JSON; - is standard output, and nothing else.")
  private Optional<String> json = Optional.empty();

  @Mixin private ServerOptions options;

  @Mixin private ClusterArguments cluster;

  @Spec private CommandSpec spec;

  private final Interruption interruption;

  ClientCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  /** What follows the options in the help. */
  static String[] workloads() {
    List<String> lines = new ArrayList<>(List.of("", "Workloads:"));
    Workloads.all()
        .forEach(
            kind -> {
              lines.add("  " + kind.usage());
              lines.add("      " + kind.offers());
            });
    return lines.toArray(String[]::new);
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out =
        json.equals(Optional.of("-")) ? spec.commandLine().getErr() : spec.commandLine().getOut();
    Configuration configuration = options.configuration();
    ClientConfig client = configuration.client();
    LoadPlan plan = plan(seed.orElse(client.seed()));
    Payloads payloads =
        client.disableInputs() ? Payloads.GENERATED : new RandomPayloads(plan.seed());
    Optional<ClientRole> role =
        new NodeRun(cluster.options(options.folder(), System.getenv()), interruption, out::println)
            .run(
                (node, lines) ->
                    new ClientRole(configuration.gateway(), plan, payloads, node, lines));
    if (role.isPresent() && role.get().report().succeeded()) {
      Report report = role.get().report().result();
      out.println(report.text());
      out.flush();
      write(report);
    }
    return 0;
  }

  private LoadPlan plan(long chosenSeed) {
    Choices choices = model.map(Choices.PUBLISHED::withModel).orElse(Choices.PUBLISHED);
    if (sloMillis.isPresent()) {
      choices =
          choices.withObjective(Objective.ofNanos(nanos("--slo-millis", sloMillis.get(), 1e6)));
    }
    Measured measured =
        new Measured(
            warmUpSeconds == 0 ? 0 : nanos("--warmup", warmUpSeconds, 1e9),
            durationSeconds.map(seconds -> nanos("--duration", seconds, 1e9)).orElse(Course.NEVER));
    try {
      Workload workload =
          Workloads.named(words.getFirst(), words.subList(1, words.size()), choices);
      return new LoadPlan(workload, measured, chosenSeed);
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  private static long nanos(String option, double value, double unitNanos) {
    double nanos = value * unitNanos;
    if (!(nanos >= 1 && nanos < 1e18)) {
      throw new UnusableException("%s %s: expected a time above 0".formatted(option, value));
    }
    return Math.round(nanos);
  }

  private void write(Report report) throws IOException {
    if (json.isEmpty()) {
      return;
    }
    String text = report.json().encodePrettily() + "\n";
    if (json.get().equals("-")) {
      spec.commandLine().getOut().print(text);
      spec.commandLine().getOut().flush();
    } else {
      try {
        Files.writeString(Path.of(json.get()), text, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UnusableException("--json %s can't be written: %s".formatted(json.get(), e));
      }
    }
  }
}
