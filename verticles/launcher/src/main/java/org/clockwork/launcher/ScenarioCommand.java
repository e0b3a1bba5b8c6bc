package org.clockwork.launcher;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.clockwork.core.policy.Policies;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.scenario.ScenarioException;
import org.clockwork.experiments.scenario.ScenarioFile;
import org.clockwork.launcher.config.UnusableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clockwork simulate-scenario FILE}: a setting of one's own, simulated. */
@Command(
    name = "simulate-scenario",
    description = {
      "Simulates a scenario: models, GPUs, load, network and faults out of one file. The same seed",
      "gives the same figures. docs/scenarios.md explains each key, docs/scenarios has examples."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ScenarioCommand implements Callable<Integer> {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** What is smaller is usually through before anybody asks how far it is. */
  private static final long LONG_SECONDS = 20;

  @Parameters(paramLabel = "FILE", description = "A scenario.")
  private Path file = Path.of("");

  @Option(
      names = "--policy",
      paramLabel = "NAME[,NAME...]",
      split = ",",
      description = "Under which policies, one after the other; the default one unless given.")
  private List<String> policies = new ArrayList<>(List.of(Policies.DEFAULT));

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of all that is random; 1 unless given.")
  private long seed = 1;

  @Mixin private JsonResult json;

  @Override
  public Integer call() {
    json.check();
    List<PlayablePolicy> playable =
        policies.stream().map(name -> PlayablePolicy.named("--policy", name)).toList();
    Setting setting = setting();
    PrintWriter out = json.people();
    ScenarioReport report = new ScenarioReport(file.toString(), setting, seed);
    out.println(report.head());
    out.flush();
    for (PlayablePolicy policy : playable) {
      out.println(report.lines(policy.name(), run(setting, policy)));
      out.flush();
    }
    json.write(report.json());
    return 0;
  }

  private Setting setting() {
    try {
      return ScenarioFile.read(file);
    } catch (ScenarioException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  private Figures run(Setting setting, PlayablePolicy policy) {
    long seconds = setting.measurement().untilNanos() / SECOND_NANOS;
    try (Progress progress =
        seconds < LONG_SECONDS
            ? Progress.NONE
            : Progress.of("seconds simulated under " + policy.name(), seconds)) {
      return Trial.run(setting, policy.factory(), seed, nanos -> progress.to(nanos / SECOND_NANOS));
    }
  }
}
