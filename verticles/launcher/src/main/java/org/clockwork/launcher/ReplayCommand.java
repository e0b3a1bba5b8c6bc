package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.Recording;
import org.clockwork.codecs.record.RecordingException;
import org.clockwork.core.policy.Policies;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.replay.Figures;
import org.clockwork.launcher.replay.RecordedRun;
import org.clockwork.launcher.replay.Replay;
import org.clockwork.launcher.replay.ReplayReport;
import org.clockwork.launcher.replay.WhatIf;
import org.clockwork.launcher.replay.WhatIfReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code clockwork replay FILE}: a recorded controller once more, or its load under other rules.
 */
@Command(
    name = "replay",
    description = {
      "Has a recorded controller decide everything once more, and compares each command bit for bit:",
      "exit code 0 where all are the same, 1 where one differs. With --policy or --gpus the recorded",
      "load is played on simulated GPUs instead: what if."
    },
    footer = {"", "controller --record FILE and serve --record FILE make recordings."},
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReplayCommand implements Callable<Integer> {
  private static final int SAME = 0;
  private static final int DIFFERENT = 1;

  private static final int GPUS_MAX = 10_000;

  /** What is smaller is through before anybody asks how far it is. */
  private static final long LONG_BYTES = 16 << 20;

  @Parameters(paramLabel = "FILE", description = "A recording.")
  private Path file = Path.of("");

  @Option(
      names = "--policy",
      paramLabel = "NAME[,NAME...]",
      split = ",",
      description = "What if one of these had scheduled the load; otherwise the recorded one.")
  private List<String> policies = new ArrayList<>();

  @Option(
      names = "--gpus",
      paramLabel = "N",
      description =
          "What if so many GPUs of the recorded kind had been there all the time; otherwise those"
              + " that were, when they were.")
  private Optional<Integer> gpus = Optional.empty();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write what came of it as JSON; - is standard output, and nothing else.")
  private Optional<String> json = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    checkOptions();
    PrintWriter out =
        json.equals(Optional.of("-")) ? spec.commandLine().getErr() : spec.commandLine().getOut();
    try (Recording recording = open()) {
      tell(recording.origin(), out);
      return policies.isEmpty() && gpus.isEmpty() ? replay(recording, out) : whatIf(recording, out);
    } catch (RecordingException e) {
      throw new UnusableException(e.getMessage());
    } catch (IOException e) {
      throw new UnusableException("replay %s: it can't be read: %s".formatted(file, e));
    } finally {
      out.flush();
    }
  }

  private void checkOptions() {
    for (String policy : policies) {
      checkPolicy("--policy", policy);
    }
    if (gpus.isPresent() && (gpus.get() < 1 || gpus.get() > GPUS_MAX)) {
      throw new UnusableException("--gpus %d: expected 1 to %d".formatted(gpus.get(), GPUS_MAX));
    }
    if (json.isPresent() && Files.isDirectory(Path.of(json.get()))) {
      throw new UnusableException("--json %s is a folder; name a file".formatted(json.get()));
    }
  }

  private static void checkPolicy(String option, String policy) {
    List<String> playable =
        Policies.names().stream().filter(name -> !name.equals(Policies.ECHO)).toList();
    if (!playable.contains(policy.toLowerCase(Locale.ROOT))) {
      throw new UnusableException(
          "%s %s: there are %s to play a load under%s"
              .formatted(
                  option,
                  policy,
                  String.join(", ", playable),
                  policy.equalsIgnoreCase(Policies.ECHO) ? "; echo executes nothing" : ""));
    }
  }

  private Recording open() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UnusableException(
          "replay %s: there is no such file; controller --record FILE and serve --record FILE make some"
              .formatted(file));
    }
    return Recording.open(file);
  }

  private void tell(Origin origin, PrintWriter out) {
    out.printf(
        "%s: recorded from %s on, by build %s, policy %s%n",
        file, Instant.ofEpochMilli(origin.epochMillis()), origin.build(), origin.policy());
  }

  private int replay(Recording recording, PrintWriter out) throws IOException {
    Replay replay;
    try {
      replay = new Replay(recording);
    } catch (IllegalArgumentException e) {
      throw new UnusableException("replay %s: %s".formatted(file, e.getMessage()));
    }
    Replay.Result result;
    try (Progress progress = progress("bytes replayed", recording)) {
      result = replay.run(progress::to);
    }
    ReplayReport report = new ReplayReport(recording, result, Main.Version.build());
    out.println(report.text());
    write(report.json());
    return result.same() ? SAME : DIFFERENT;
  }

  private int whatIf(Recording recording, PrintWriter out) throws IOException {
    RecordedRun run;
    try (Progress progress = progress("bytes read", recording)) {
      run = RecordedRun.read(recording, progress::to);
    }
    List<String> played = policies.isEmpty() ? List.of(run.origin().policy()) : policies;
    check(run, played);
    WhatIfReport report = new WhatIfReport(recording, run);
    out.println(report.head());
    out.println(report.recorded());
    out.flush();
    for (String policy : played) {
      Figures figures = play(run, policy, recording);
      out.println(report.simulated(policy, gpus.orElse(run.gpus()), figures));
      out.flush();
    }
    write(report.json());
    return SAME;
  }

  private void check(RecordedRun run, List<String> played) {
    if (run.figures().offered() == 0) {
      throw new UnusableException(
          "replay %s: no request came while it was recorded; there is no load to play"
              .formatted(file));
    }
    if (run.gpus() == 0) {
      throw new UnusableException(
          "replay %s: no worker with a GPU was there while it was recorded; there is nothing to simulate"
              .formatted(file));
    }
    played.forEach(policy -> checkPolicy("recorded policy", policy));
  }

  private Figures play(RecordedRun run, String policy, Recording recording) {
    WhatIf whatIf = new WhatIf(run);
    OptionalInt count = gpus.map(OptionalInt::of).orElse(OptionalInt.empty());
    long seconds = Math.max(1, (long) run.seconds());
    try (Progress progress =
        recording.sizeBytes() < LONG_BYTES
            ? Progress.NONE
            : Progress.of("seconds simulated under " + policy, seconds)) {
      return whatIf.play(policy, count, nanos -> progress.to(nanos / 1_000_000_000));
    }
  }

  private static Progress progress(String task, Recording recording) {
    return recording.sizeBytes() < LONG_BYTES
        ? Progress.NONE
        : Progress.of(task, recording.sizeBytes());
  }

  private void write(JsonObject result) throws IOException {
    if (json.isEmpty()) {
      return;
    }
    String text = result.encodePrettily() + "\n";
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
