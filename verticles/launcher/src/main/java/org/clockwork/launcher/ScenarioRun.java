package org.clockwork.launcher;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.scenario.ScenarioException;
import org.clockwork.experiments.scenario.ScenarioFile;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.simulate.Outputs;

/** {@code clockwork simulate FILE.json}: a setting of one's own, under one policy after another. */
final class ScenarioRun {
  private static final long SECOND_NANOS = 1_000_000_000;

  /** What is smaller is usually through before anybody asks how far it is. */
  private static final long LONG_SECONDS = 20;

  private static final String EXTENSION = ".json";

  private final Path file;
  private final Setting setting;
  private final long seed;

  /**
   * @throws UnusableException the file can't be used; with every mistake in it
   */
  ScenarioRun(Path file, long seed) {
    this.file = file;
    this.seed = seed;
    try {
      this.setting = ScenarioFile.read(file);
    } catch (ScenarioException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  /** Whether a word on the command line means a file and not an experiment. */
  static boolean isMeantBy(String word) {
    return word.toLowerCase(Locale.ROOT).endsWith(EXTENSION);
  }

  /**
   * @param people are told what came of each policy as soon as it is known
   * @param out for JSON that is to go there
   */
  void run(List<PlayablePolicy> policies, Outputs outputs, PrintWriter people, PrintWriter out) {
    ScenarioReport report = new ScenarioReport(file.toString(), setting, seed);
    people.println(report.head());
    people.flush();
    for (PlayablePolicy policy : policies) {
      people.println(report.lines(policy.name(), figures(policy)));
      people.flush();
    }
    outputs.writeJson(report.json().encodePrettily(), out);
  }

  private Figures figures(PlayablePolicy policy) {
    long seconds = setting.measurement().untilNanos() / SECOND_NANOS;
    try (Progress progress =
        seconds < LONG_SECONDS
            ? Progress.NONE
            : Progress.of("seconds simulated under " + policy.name(), seconds)) {
      return Trial.run(setting, policy.factory(), seed, nanos -> progress.to(nanos / SECOND_NANOS));
    }
  }
}
