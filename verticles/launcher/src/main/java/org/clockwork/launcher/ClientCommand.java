package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
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
import org.clockwork.client.LoadConfig;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.Watch;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.NamedNodes;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.RoleFile;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.plot.ClientPlot;
import org.clockwork.launcher.simulate.Outputs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code clockwork client WORKLOAD}: offers a load and says what came of it. */
@Command(
    name = "client",
    description = {
      "Offers a load: a line each second, a total at the end. Ctrl-C ends the load; what is",
      "outstanding is still awaited."
    },
    sortOptions = false)
final class ClientCommand implements Callable<Integer> {
  private static final long SECOND_NANOS = 1_000_000_000;

  @Parameters(
      arity = "0..*",
      paramLabel = "[HOST:PORT] WORKLOAD [PARAMETER...]",
      description =
          "What to offer, see below; otherwise what client.json says. An address names a node of"
              + " the cluster, usually its controller; without one the cluster on this machine.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model to send to, where a workload has one; otherwise the published one.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--slo-millis",
      paramLabel = "MS",
      description = "The objective of every request; otherwise the model's, or the gateway's.")
  private Optional<Double> sloMillis = Optional.empty();

  @Option(
      names = "--warmup",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      description = "So long in the beginning nothing counts: 5s, 500ms; a number is seconds.")
  private Optional<String> warmUp = Optional.empty();

  @Option(
      names = "--duration",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      description = "So long after the warm-up it goes on; otherwise until Ctrl-C.")
  private Optional<String> duration = Optional.empty();

  @Option(
      names = "--seed",
      scope = ScopeType.INHERIT,
      paramLabel = "N",
      description = "Of all that is random in the load; otherwise that of client.json.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--patience",
      scope = ScopeType.INHERIT,
      paramLabel = "TIME",
      description =
          "So long it waits for a controller and for workers; otherwise as client.json says, 60s.")
  private Optional<String> patience = Optional.empty();

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "Also write the total as JSON; - is standard output, and nothing else.")
  private Optional<String> json = Optional.empty();

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description =
          "Also draw latency over time, goodput and offered load, and the latencies' distribution,"
              + " as SVG.")
  private Optional<Path> plot = Optional.empty();

  @Mixin private ServerOptions options;

  @Mixin private ClusterArguments cluster;

  @Option(
      names = {"-h", "--help"},
      description = "Say this; after a workload's name, what it takes.")
  private boolean help;

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
    lines.add("  script FILE [--NAME VALUE...]");
    lines.add("      what a script of yours says, or a ready one: client script -h");
    return lines.toArray(String[]::new);
  }

  @Override
  public Integer call() throws Exception {
    NamedNodes nodes = named();
    List<String> workload = words.subList(nodes.words(), words.size());
    if (help) {
      explain(workload);
      return 0;
    }
    plot.ifPresent(file -> Outputs.checkFile("--plot", file));
    Configuration configuration = options.configuration();
    ClientConfig client = client(configuration.client(), workload);
    LoadPlan plan = ClientRole.planned(client);
    ClientPlot drawing = new ClientPlot(plan.workload().name());
    Watch watch = plot.isPresent() ? drawing : Watch.NONE;
    Optional<ClientRole> role =
        joined(
            client.load().workload(),
            client,
            configuration,
            (node, lines) ->
                new ClientRole(configuration.gateway(), client, plan, watch, node, lines));
    if (role.isPresent() && role.get().report().succeeded()) {
      write(role.get().report().result().json());
      plot.ifPresent(file -> draw(drawing, file));
    } else {
      stoppedEarly();
    }
    return 0;
  }

  /** Joins the cluster and does this role there; empty where the user had enough before. */
  <R extends Role> Optional<R> joined(
      String workload, ClientConfig client, Configuration configuration, NodeRun.Making<R> making)
      throws Exception {
    PrintWriter out = out();
    NamedNodes nodes = named();
    ClusterOptions joined =
        cluster.options(
            options.folder(),
            System.getenv(),
            configuration.cluster(RoleFile.CLIENT),
            nodes,
            out::println);
    ClientRole.announce(
        workload, client, nodes.orElse("cluster " + joined.cluster()), out::println);
    Optional<R> role = new NodeRun(joined, interruption, out::println).run(making);
    out.flush();
    return role;
  }

  /** The nodes that stand before the workload. */
  NamedNodes named() {
    return NamedNodes.leading(words);
  }

  /** What stands beside them. */
  List<String> words() {
    return List.copyOf(words);
  }

  Configuration configuration() throws ConfigurationException {
    return options.configuration();
  }

  void stoppedEarly() {
    out().println("Stopped before the load had begun");
    out().flush();
  }

  private PrintWriter out() {
    return json.equals(Optional.of("-"))
        ? spec.commandLine().getErr()
        : spec.commandLine().getOut();
  }

  private void draw(ClientPlot drawing, Path file) {
    Outputs.write("--plot", file, drawing.svg());
    out().println("Drawn   " + file);
    out().flush();
  }

  private void explain(List<String> workload) {
    if (workload.isEmpty()) {
      spec.commandLine().usage(spec.commandLine().getOut());
    } else {
      try {
        spec.commandLine().getOut().println(Workloads.kind(workload.getFirst()).help());
      } catch (IllegalArgumentException e) {
        throw new UnusableException(e.getMessage());
      }
    }
  }

  private ClientConfig client(ClientConfig files, List<String> workload) {
    LoadConfig load = files.load();
    Choices choices = model.map(load.choices()::withModel).orElse(load.choices());
    if (sloMillis.isPresent()) {
      choices = choices.withObjective(objective(sloMillis.get()));
    }
    return timed(files)
        .offering(
            new LoadConfig(
                workload.isEmpty() ? load.words() : workload, choices, measured(load.measured())));
  }

  /** Seed and patience as given here, or else as in the file. */
  ClientConfig timed(ClientConfig files) {
    return files
        .seeded(seed.orElse(files.seed()))
        .waiting(
            patience
                .map(
                    text ->
                        Math.ceilDivExact(Span.nanosAboveZero("--patience", text), SECOND_NANOS))
                .map(Math::toIntExact)
                .orElse(files.patienceSeconds()));
  }

  /** What counts as given here, or else as in the file. */
  Measured measured(Measured files) {
    return new Measured(
        warmUp.map(text -> Span.nanos("--warmup", text)).orElse(files.warmUpNanos()),
        duration
            .map(text -> Span.nanosAboveZero("--duration", text))
            .orElse(files.durationNanos()));
  }

  private static Objective objective(double millis) {
    double nanos = millis * 1e6;
    if (!(nanos >= 1 && nanos <= 86_400e9)) {
      throw new UnusableException(
          "--slo-millis %s: expected milliseconds above 0, at most a day".formatted(millis));
    }
    return Objective.ofNanos(Math.round(nanos));
  }

  /** Where {@code --json} says, if anywhere. */
  void write(JsonObject total) throws IOException {
    if (json.isEmpty()) {
      return;
    }
    String text = total.encodePrettily() + "\n";
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
