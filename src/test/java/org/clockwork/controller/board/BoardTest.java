package org.clockwork.controller.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.clockwork.controller.ModelNames;
import org.clockwork.controller.metrics.SchedulerMetrics;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.clockwork.core.worker.Announcement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Times are milliseconds here; the controller began at 0. */
class BoardTest {
  private static final WorkerId WORKER = new WorkerId("W3");
  private static final GpuId WATCHED = new GpuId(WORKER, 0);
  private static final GpuId OTHER = new GpuId(WORKER, 1);
  private static final ModelId MODEL = new ModelId(5);
  private static final int PAGES = 50;

  private final ModelNames names = new ModelNames();
  private final SchedulerMetrics metrics =
      new SchedulerMetrics(names, () -> 0, () -> SpanCounts.NONE);
  private final Board board = new Board(metrics.pages(), names, 0);

  @BeforeEach
  void joinAndWatch() {
    metrics.joined(announcement());
    names.changed(
        new ModelStatus.Ready(
            MODEL, new ModelSpec("m", "m", List.of(), List.of(), 3L << 24, 0), 1, 1, 1));
    board.watch(Set.of(WATCHED));
  }

  @Test
  void theFirstFrameIsWholeAndNamesDevicesAndModels() {
    JsonObject whole = board.frame(millis(100), true).getJsonObject("whole");
    assertEquals(
        List.of("W3-GPU0", "W3-GPU1"),
        whole.getJsonArray("devices").stream()
            .map(device -> ((JsonObject) device).getString("id"))
            .toList());
    assertEquals(
        new JsonArray().add(new JsonArray().add(5).add("m").add(3L << 24)),
        whole.getJsonArray("models"));
    assertEquals("met", whole.getJsonArray("endings").getString(0));
  }

  @Test
  void aWatchedGpusBatchIsARowWithWhatWasPredictedAndWhatHappened() {
    board.frame(millis(0), true);
    sent(WATCHED, 1);
    ran(WATCHED, 1);
    JsonArray row = board.frame(millis(200), false).getJsonArray("runs").getJsonArray(0);
    assertEquals(
        new JsonArray()
            .add(0) // device
            .add(2) // an INFER
            .add(5) // of that model
            .add(4) // batch size
            .add(1) // request
            .add(-100_000L) // sent
            .add(-95_000L) // predicted
            .add(-90_000L)
            .add(-80_000L) // at the latest
            .add(-97_000L) // INPUT
            .add(-96_000L)
            .add(-94_000L) // EXEC
            .add(-88_000L)
            .add(-88_000L) // OUTPUT
            .add(-87_000L)
            .add(0) // not refused
            .add(1) // met
            .add("G0-1"),
        row);
  }

  @Test
  void aGpuThatNobodyWatchesIsToldOfInSums() {
    board.frame(millis(0), true);
    sent(OTHER, 1);
    ran(OTHER, 1);
    JsonObject frame = board.frame(millis(200), false);
    assertEquals(0, frame.getJsonArray("runs").size());
    JsonArray row = frame.getJsonArray("devices").getJsonArray(1);
    assertEquals(List.of(1, 0L, 1_000L, 6_000L, 1_000L), row.getList().subList(0, 5));
    assertEquals(
        0, board.frame(millis(400), false).getJsonArray("devices").getJsonArray(1).getLong(3));
  }

  @Test
  void ofAGpuThatIsTooBusyToDrawSomeBatchesAreCountedAlone() {
    board.frame(millis(0), true);
    IntStream.range(0, 150)
        .forEach(
            action -> {
              sent(WATCHED, action);
              ran(WATCHED, action);
            });
    JsonObject frame = board.frame(millis(200), false);
    assertEquals(100, frame.getJsonArray("runs").size());
    assertEquals(50, frame.getInteger("left_out"));
  }

  @Test
  void aRefusalOfAWorkerSaysWhich() {
    board.frame(millis(0), true);
    sent(WATCHED, 1);
    accept(
        ended(
            WATCHED,
            new Outcome.Refused(action(1), ErrorCode.COULD_NOT_START_IN_TIME, "late", stamps())));
    JsonArray row = board.frame(millis(200), false).getJsonArray("runs").getJsonArray(0);
    assertEquals("could_not_start_in_time", row.getString(15));
  }

  @Test
  void loadsAndUnloadsMoveModelsAndFillPages() {
    board.frame(millis(0), true);
    accept(
        new Telemetry.ActionEnded(
            millis(150),
            ActionType.LOAD,
            OTHER,
            MODEL,
            0,
            prediction(),
            new Outcome.Loaded(action(9), span(100, 140), stamps()),
            0,
            0,
            1));
    JsonObject loaded = board.frame(millis(200), false);
    assertEquals(new JsonArray().add(5).add(1).add(1), loaded.getJsonArray("moved"));
    assertEquals(3L, loaded.getJsonArray("devices").getJsonArray(1).getLong(5));
    Action.OnGpu unload = new Action.Unload(action(10), 1, MODEL, Window.ANY);
    accept(new Telemetry.ActionSent(millis(210), OTHER, unload, prediction()));
    JsonObject unloaded = board.frame(millis(400), false);
    assertEquals(new JsonArray().add(5).add(1).add(0), unloaded.getJsonArray("moved"));
    assertEquals(0L, unloaded.getJsonArray("devices").getJsonArray(1).getLong(5));
  }

  @Test
  void aWorkerThatLeavesAndOneThatComesAreTold() {
    board.frame(millis(0), true);
    metrics.left(WORKER);
    assertEquals(
        new JsonArray().add(0).add(1), board.frame(millis(200), false).getJsonArray("left"));
    metrics.joined(announcement());
    JsonArray joined = board.frame(millis(400), false).getJsonArray("joined");
    // Numbers are not given twice.
    assertEquals(2, joined.getJsonObject(0).getInteger("no"));
  }

  @Test
  void whatEndedBeforeAnybodyWatchedIsInTheHistory() {
    Board unwatched = new Board(metrics.pages(), names, 0);
    unwatched.accept(end(1, 1_500, new Result.Succeeded(1, 1)));
    unwatched.accept(end(2, 1_600, refused()));
    JsonArray seconds =
        unwatched.frame(millis(3_000), true).getJsonObject("whole").getJsonArray("seconds");
    assertEquals(1, seconds.size());
    JsonArray second = seconds.getJsonArray(0);
    assertEquals(1L, second.getLong(0));
    assertEquals(List.of(1, 0, 0, 1), second.getJsonArray(1).getList().subList(0, 4));
    assertEquals(2, second.getJsonArray(2).size());
  }

  @Test
  void aSecondIsToldAgainOnlyWhenItChanged() {
    board.accept(end(1, 1_500, refused()));
    assertEquals(1, board.frame(millis(1_600), false).getJsonArray("seconds").size());
    assertEquals(0, board.frame(millis(1_800), false).getJsonArray("seconds").size());
  }

  @Test
  void afterFiveMinutesASecondIsForgotten() {
    board.accept(end(1, 1_500, refused()));
    board.accept(end(2, 301_500, refused()));
    JsonArray seconds =
        board.frame(millis(302_000), true).getJsonObject("whole").getJsonArray("seconds");
    assertEquals(
        List.of(301L), seconds.stream().map(second -> ((JsonArray) second).getLong(0)).toList());
  }

  @Test
  void onlyTheLastMissesAreNamed() {
    board.frame(millis(0), true);
    IntStream.range(0, 20).forEach(number -> board.accept(end(number, 100, refused())));
    JsonArray misses = board.frame(millis(200), false).getJsonArray("misses");
    assertEquals(8, misses.size());
    assertEquals("G0-19", misses.getJsonArray(7).getString(0));
    assertEquals(3, misses.getJsonArray(7).getInteger(2));
  }

  @Test
  void predictionErrorsAreToldEarlyAndLateApart() {
    board.frame(millis(0), true);
    sent(OTHER, 1);
    ran(OTHER, 1); // Began 1 ms later and ran 1 ms longer than predicted.
    JsonArray begin =
        board.frame(millis(200), false).getJsonObject("errors").getJsonArray("infer_start");
    assertEquals(new JsonArray(), begin.getJsonArray(0));
    assertEquals(new JsonArray().add(Buckets.indexOf(1_000)).add(1), begin.getJsonArray(1));
    assertTrue(board.frame(millis(400), false).getJsonObject("errors").isEmpty());
  }

  @Test
  void modelsWorkIsToldOnceASecond() {
    board.frame(millis(0), true);
    board.accept(end(1, 100, new Result.Succeeded(1, 1)));
    JsonObject frame = board.frame(millis(200), false);
    while (!frame.containsKey("models")) {
      frame = board.frame(millis(200), false);
    }
    assertEquals(5L, board.frame(millis(200), false).getLong("seq") - 1);
    assertEquals(
        new JsonArray().add(new JsonArray().add(5).add(1).add(1).add(0).add(0).add(0)),
        frame.getJsonArray("models"));
  }

  @Test
  void oneThatNobodyWatchesAnyMoreForgetsWhatWasNotTaken() {
    board.frame(millis(0), true);
    sent(WATCHED, 1);
    ran(WATCHED, 1);
    board.unwatch();
    board.watch(Set.of(WATCHED));
    assertEquals(0, board.frame(millis(200), true).getJsonArray("runs").size());
  }

  @Test
  void namesOfGpusAreReadAndOthersAreNot() {
    assertEquals(Optional.of(new GpuId(new WorkerId("a-GPU1"), 12)), Board.gpu("a-GPU1-GPU12"));
    for (String wrong : List.of("", "W0", "-GPU1", "W0-GPU", "W0-GPUx", "W 0-GPU1")) {
      assertFalse(Board.gpu(wrong).isPresent(), wrong);
    }
  }

  @Test
  void aClassOfDurationsIsNeverWiderThanAnEighthOfWhatItBeginsWith() {
    int last = 0;
    for (long micros = 0; micros < 1_000_000; micros++) {
      int index = Buckets.indexOf(micros);
      assertTrue(index == last || index == last + 1, "at " + micros);
      last = index;
    }
    assertEquals(Buckets.indexOf(1_000), Buckets.indexOf(1_023));
    assertEquals(Buckets.indexOf(1_024) + 1, Buckets.indexOf(1_152));
  }

  private void accept(Telemetry event) {
    metrics.accept(event);
    board.accept(event);
  }

  private void sent(GpuId gpu, int number) {
    Action.Infer infer =
        new Action.Infer(
            action(number),
            gpu.index(),
            MODEL,
            4,
            List.of(new Action.Part(request(number), 1, new Input.Generated())),
            new Window(millis(100), millis(120)));
    accept(new Telemetry.ActionSent(millis(100), gpu, infer, prediction()));
  }

  private void ran(GpuId gpu, int number) {
    accept(
        ended(
            gpu,
            new Outcome.Inferred(
                action(number), span(103, 104), span(106, 112), span(112, 113), stamps())));
  }

  private static Telemetry ended(GpuId gpu, Outcome outcome) {
    return new Telemetry.ActionEnded(
        millis(115), ActionType.INFER, gpu, MODEL, 4, prediction(), outcome, 1, 0, 1);
  }

  private static Prediction prediction() {
    return new Prediction(millis(100), millis(105), millis(5));
  }

  private static Telemetry.RequestEnded end(int number, long atMillis, Result result) {
    Request request =
        new Request(
            request(number),
            MODEL,
            1,
            millis(atMillis - 10),
            millis(100),
            0,
            "tenant",
            0,
            new Input.Generated());
    return new Telemetry.RequestEnded(millis(atMillis), request, result, 1, 1, false);
  }

  private static Result refused() {
    return new Result.Refused(RefusalCause.COLD_START, "on no GPU", 0);
  }

  private static RequestId request(int number) {
    return new RequestId(new GatewayId("G0"), number);
  }

  private static ActionId action(int number) {
    return new ActionId(1, number);
  }

  private static Outcome.Stamps stamps() {
    return new Outcome.Stamps(millis(101), millis(114));
  }

  private static Span span(long begunMillis, long endedMillis) {
    return new Span(millis(begunMillis), millis(endedMillis));
  }

  private static long millis(long millis) {
    return millis * 1_000_000;
  }

  private static Announcement announcement() {
    return new Announcement(
        WORKER,
        new NodeId("node"),
        List.of(SimulatedDevice.specWithPages(PAGES), SimulatedDevice.specWithPages(PAGES)),
        List.of(),
        List.of(),
        List.of(Set.of(), Set.of()));
  }
}
