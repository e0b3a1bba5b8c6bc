package org.clockwork.test.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.client.LoadPlan;
import org.clockwork.client.RandomPayloads;
import org.clockwork.client.Report;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A live controller is recorded in one process and replayed in another, as a user does it. */
@Timeout(120)
class ReplayCommandTest {
  private static final String MODEL = "resnet50_v2";
  private static final long SECOND = 1_000_000_000;

  @TempDir Path folder;

  /** A cluster of its own for each test. */
  private final Map<String, String> environment =
      Map.of("CLOCKWORK_CLUSTER", "replay-" + UUID.randomUUID());

  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("live.rec");
  }

  @Test
  void everyCommandOfALiveControllerIsTheSameInAnotherProcess() throws Exception {
    Report report = recordLoad();
    List<String> out = replayed(0, file.toString());
    assertTrue(out.getFirst().startsWith(file + ": recorded from 20"), out::toString);
    long events = number("([0-9,]+) events in [0-9.]+ s, [0-9,]+ commands", out.get(1));
    // Each request comes, and its batch ends.
    assertTrue(events > report.totals().offered(), out::toString);
    assertTrue(number("all ([0-9,]+) commands are the same, bit for bit", out.get(2)) > events / 2);
    assertEquals(3, out.size(), out::toString);
  }

  @Test
  void theSamePolicyOnTheSameGpusComesCloseToWhatWasRecordedLive() throws Exception {
    Report report = recordLoad();
    JsonObject result =
        json(replayed(0, file.toString(), "--policy", "default,infer5", "--json", "-"));
    assertEquals(3, result.getJsonArray("rows").size());
    JsonObject recorded = result.getJsonArray("rows").getJsonObject(0);
    JsonObject again = result.getJsonArray("rows").getJsonObject(1);
    assertEquals("recorded", recorded.getString("run"));
    assertTrue(recorded.getLong("offered") > report.totals().offered(), recorded::encode);
    assertEquals(recorded.getLong("offered"), again.getLong("offered"));
    assertEquals(1, again.getInteger("gpus"));
    assertClose(recorded.getLong("met"), again.getLong("met"), 0.1);
    assertEquals("infer5", result.getJsonArray("rows").getJsonObject(2).getString("policy"));
  }

  @Test
  void moreGpusAreATableRow() throws Exception {
    recordLoad();
    List<String> out = replayed(0, file.toString(), "--gpus", "2");
    assertTrue(out.get(1).matches("[0-9,]+ requests in [0-9.]+ s, [0-9,]+ events"), out::toString);
    assertTrue(
        out.get(2).strip().matches("policy +GPUs +offered +met +met % +goodput/s .*"),
        out::toString);
    assertTrue(out.get(3).matches("recorded +default +1 .*"), out::toString);
    assertTrue(out.get(4).matches("simulated +default +2 .*"), out::toString);
  }

  @Test
  void whatAKilledServerRecordedIsReplayedUpToThere() throws Exception {
    try (Launched serve =
        Launched.clockwork(
            folder,
            environment,
            "serve",
            "--http-port=0",
            "--grpc-port=0",
            "--metrics-port=0",
            "--record",
            file.toString())) {
      serve.lineBeginning("Recording every event and command to " + file);
      serve.lineBeginning("Ctrl-C ends it");
    }
    List<String> out = replayed(0, file.toString());
    assertTrue(out.get(2).endsWith("commands are the same, bit for bit"), out::toString);
    assertTrue(out.get(3).startsWith("the recording is cut off at byte "), out::toString);
  }

  @Test
  void aServerThatIsStoppedSaysWhatItRecorded() throws Exception {
    try (Launched serve =
        Launched.clockwork(
            folder,
            environment,
            "serve",
            "--http-port=0",
            "--grpc-port=0",
            "--metrics-port=0",
            "--record",
            file.toString())) {
      serve.lineBeginning("Ctrl-C ends it");
      serve.interrupt();
      assertEquals(0, serve.ended(), serve.err());
      String line =
          serve.out().stream().filter(it -> it.startsWith("Recorded ")).findFirst().orElse("");
      assertTrue(line.endsWith("in %,d bytes to %s".formatted(Files.size(file), file)), line);
    }
    assertEquals(3, replayed(0, file.toString()).size());
  }

  @Test
  void aGarbledFileIsNamedWithItsOffsetAndExitCode2() throws Exception {
    recordLoad();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    for (String[] arguments :
        List.of(new String[] {file.toString()}, new String[] {file.toString(), "--gpus", "2"})) {
      String err = refused(arguments);
      assertTrue(err.matches("(?s).*live.rec is garbled at byte [0-9]+.*"), err);
    }
  }

  @Test
  void whatIsNoRecordingOrNoOptionIsAClearErrorWithExitCode2() throws Exception {
    Path other = Files.writeString(folder.resolve("other"), "something else");
    assertTrue(refused(other.toString()).contains(other + " is no recording"));
    assertTrue(refused("nowhere").contains("replay nowhere: there is no such file"));
    assertTrue(
        refused(other.toString(), "--policy", "best")
            .contains("--policy best: there are default, "));
    assertTrue(refused(other.toString(), "--gpus", "0").contains("--gpus 0: expected 1 to"));
  }

  @Test
  void aPlaceWhereNothingCanBeRecordedIsAClearErrorWithExitCode2() throws Exception {
    try (Launched serve = Launched.clockwork(folder, Map.of(), "serve", "--record", "no/a.rec")) {
      assertEquals(2, serve.ended());
      assertTrue(serve.err().contains("--record no/a.rec: there is no folder"), serve.err());
    }
    try (Launched serve = Launched.clockwork(folder, Map.of(), "serve", "--record-bytes", "9")) {
      assertEquals(2, serve.ended());
      assertTrue(serve.err().contains("--record-bytes 9: expected 1048576 "), serve.err());
    }
  }

  /** Two seconds of inputs that are held, on one simulated GPU. */
  private Report recordLoad() throws Exception {
    Configuration defaults = Configuration.DEFAULT;
    Configuration configuration =
        defaults
            .with(
                defaults
                    .worker()
                    .with(defaults.worker().devices().withOnnxDevices(0).withSimulatedGpus(1)))
            .with(
                defaults
                    .controller()
                    .logging(defaults.controller().log().in(folder.resolve("logs")))
                    .recording(defaults.controller().recording().to(file)));
    List<String> lines = new CopyOnWriteArrayList<>();
    List<ModelSource> sources =
        List.of(
            served(MODEL),
            // Its inputs of 1,000 bytes ride along.
            served("fast_100us"));
    OneProcess process = await(OneProcess.start(configuration, sources, lines::add));
    try {
      await(play(process, "fast_100us", 50));
      return await(play(process, MODEL, 150));
    } finally {
      await(process.stop());
      assertFalse(lines.isEmpty());
    }
  }

  private static ModelSource served(String model) {
    ModelSource.Measured known = Zoo.find(model).orElseThrow();
    return new ModelSource.Measured(known.spec(), known.profile(), ModelSource.ModelSettings.NONE);
  }

  private static Future<Report> play(OneProcess process, String model, int perSecond) {
    LoadPlan plan =
        new LoadPlan(
            Workloads.named(
                "poisson-open-loop",
                List.of("2", Integer.toString(perSecond)),
                Choices.PUBLISHED.withModel(model).withObjective(Objective.ofNanos(SECOND))),
            new Measured(0, 2 * SECOND),
            1);
    return process
        .play(plan, process.inferences(), new RandomPayloads(1), _ -> {})
        .compose(client -> client.report());
  }

  private List<String> replayed(int exitCode, String... arguments) throws Exception {
    try (Launched replay = launch(arguments)) {
      assertEquals(exitCode, replay.ended(), replay.err());
      return replay.out();
    }
  }

  private String refused(String... arguments) throws Exception {
    try (Launched replay = launch(arguments)) {
      assertEquals(2, replay.ended(), replay.err());
      return replay.err();
    }
  }

  private Launched launch(String... arguments) throws Exception {
    String[] all = new String[arguments.length + 1];
    all[0] = "replay";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Launched.clockwork(folder, Map.of(), all);
  }

  private static JsonObject json(List<String> lines) {
    return new JsonObject(String.join("\n", lines));
  }

  private static long number(String pattern, String line) {
    Matcher matcher = Pattern.compile(pattern).matcher(line);
    assertTrue(matcher.matches(), line);
    return Long.parseLong(matcher.group(1).replace(",", ""));
  }

  private static void assertClose(long expected, long actual, double share) {
    assertTrue(
        Math.abs(expected - actual) <= share * expected,
        () -> actual + " is not within " + share + " of " + expected);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }
}
