package org.clockwork.controller.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.junit.jupiter.api.Test;

/** Times are in microseconds here; a request arrives at 1,000 and has an objective of 10,000. */
class RecentRequestsTest {
  private static final GpuId GPU = new GpuId(new WorkerId("W0"), 0);
  private static final GpuId OTHER_GPU = new GpuId(new WorkerId("W0"), 1);
  private static final ModelId MODEL = new ModelId(3);
  private static final ModelId OTHER_MODEL = new ModelId(4);
  private static final Result SUCCEEDED = new Result.Succeeded(4, micros(3_000));

  private final RecentRequests recent = new RecentRequests(100);

  @Test
  void oneAnsweredInTimeHasItsAttemptAndNoCause() {
    sent(7, GPU, 1);
    ran(7, GPU, MODEL, 2_000, 5_000);
    ended(1, 5_200, SUCCEEDED);
    Explanation explanation = recent.find(id(1)).orElseThrow();
    assertEquals(Optional.empty(), explanation.cause());
    Attempt attempt = explanation.attempts().getFirst();
    assertEquals(GPU, attempt.sending().gpu());
    assertEquals(micros(2_000), attempt.inferred().orElseThrow().exec().begunNanos());
    assertEquals(1, attempt.sending().requests());
  }

  @Test
  void aRefusalSaysItsCauseAndTheReasonThatTheCallerWasTold() {
    ended(1, 1_100, new Result.Refused(RefusalCause.COLD_START, "on no GPU", micros(8_000)));
    assertEquals(Optional.of(new Cause("cold_start", "on no GPU")), cause(1));
  }

  @Test
  void aFailureIsExplainedByItsCode() {
    ended(1, 1_100, new Result.Failed(ErrorCode.RUNTIME_ERROR, "it broke"));
    assertEquals(Optional.of(new Cause("runtime_error", "it broke")), cause(1));
  }

  @Test
  void oneThatNobodyCouldTakeAndOneThatWasSentInVainDiffer() {
    ended(1, 11_000, new Result.TimedOut());
    sent(7, GPU, 2);
    ended(2, 11_000, new Result.TimedOut());
    assertEquals("queue", cause(1).orElseThrow().word());
    assertEquals("sent_in_vain", cause(2).orElseThrow().word());
  }

  @Test
  void aLateAnswerIsExplainedByWhatTookLongerByMost() {
    sent(7, GPU, 1); // predicted to run from 2,000 to 5,000
    ran(7, GPU, MODEL, 9_000, 12_100);
    ended(1, 12_500, SUCCEEDED);
    assertEquals("began_late", cause(1).orElseThrow().word());

    sent(8, GPU, 2);
    ran(8, GPU, MODEL, 2_100, 13_000);
    ended(2, 13_100, SUCCEEDED);
    Cause ranLong = cause(2).orElseThrow();
    assertEquals("ran_long", ranLong.word());
    assertEquals("it ran 10.900 ms instead of the predicted 3.000", ranLong.why());

    sent(9, GPU, 3);
    ran(9, GPU, MODEL, 2_100, 5_200);
    ended(3, 15_000, SUCCEEDED);
    assertEquals("answer_late", cause(3).orElseThrow().word());

    sent(10, GPU, 4);
    outcome(
        GPU,
        MODEL,
        new Outcome.Inferred(
            action(10), span(8_000, 8_900), span(9_000, 12_100), span(12_100, 12_200), stamps()));
    ended(4, 12_500, SUCCEEDED);
    assertEquals("inputs_late", cause(4).orElseThrow().word());
  }

  @Test
  void whatTheSameGpuRanSinceItsArrivalStoodInFrontOfIt() {
    ran(1, GPU, OTHER_MODEL, 100, 900); // over before it came
    ran(2, GPU, OTHER_MODEL, 900, 1_500);
    ran(3, OTHER_GPU, OTHER_MODEL, 1_000, 1_900);
    ran(4, GPU, OTHER_MODEL, 1_500, 1_900);
    sent(7, GPU, 1);
    ran(7, GPU, MODEL, 2_000, 5_000);
    ran(8, GPU, OTHER_MODEL, 5_000, 6_000);
    ended(1, 5_200, SUCCEEDED);
    assertEquals(
        List.of(new Attempt.InFront(OTHER_MODEL, 2, micros(1_000))),
        recent.find(id(1)).orElseThrow().attempts().getFirst().inFront());
  }

  @Test
  void loadsOfItsModelMeanwhileBelongToItsStory() {
    loaded(1, MODEL, 500);
    loaded(2, MODEL, 1_500);
    loaded(3, OTHER_MODEL, 1_600);
    ended(1, 5_200, SUCCEEDED);
    assertEquals(
        List.of(action(2)),
        recent.find(id(1)).orElseThrow().loads().stream()
            .map(load -> load.outcome().action())
            .toList());
  }

  @Test
  void oneThatWasSentTwiceHasTwoAttempts() {
    sent(7, GPU, 1);
    outcome(
        GPU,
        MODEL,
        new Outcome.Refused(action(7), ErrorCode.COULD_NOT_START_IN_TIME, "late", stamps()));
    sent(8, OTHER_GPU, 1);
    ran(8, OTHER_GPU, MODEL, 3_000, 6_000);
    ended(1, 6_500, SUCCEEDED);
    List<Attempt> attempts = recent.find(id(1)).orElseThrow().attempts();
    assertInstanceOf(Outcome.Refused.class, attempts.getFirst().outcome().orElseThrow());
    assertEquals(OTHER_GPU, attempts.getLast().sending().gpu());
  }

  @Test
  void oneUnderWayIsKnownOnceItIsSent() {
    assertEquals(Optional.empty(), recent.find(id(1)));
    sent(7, GPU, 1);
    Explanation explanation = recent.find(id(1)).orElseThrow();
    assertEquals(Optional.empty(), explanation.ended());
    assertEquals(Optional.empty(), explanation.attempts().getFirst().outcome());
  }

  @Test
  void theOldestAreForgottenForTheNewest() {
    RecentRequests two = new RecentRequests(2);
    IntStream.rangeClosed(1, 3)
        .forEach(number -> two.accept(end(number, 2_000, new Result.TimedOut())));
    assertEquals(Optional.empty(), two.find(id(1)));
    assertTrue(two.find(id(2)).isPresent());
    assertTrue(two.find(id(3)).isPresent());
  }

  @Test
  void actionsAreForgottenToo() {
    RecentRequests one = new RecentRequests(1);
    one.accept(sending(7, GPU, 1));
    one.accept(run(7, GPU, MODEL, 2_000, 5_000));
    one.accept(run(8, GPU, OTHER_MODEL, 5_000, 6_000));
    assertEquals(Optional.empty(), one.find(id(1)).orElseThrow().attempts().getFirst().outcome());
  }

  @Test
  void inputsAreNotKept() {
    Input input = new Input.Inline(new Tensors(1, List.of(ByteBuffer.allocate(8_000))));
    Telemetry.RequestEnded end = end(1, 2_000, new Result.TimedOut());
    recent.accept(
        new Telemetry.RequestEnded(
            end.nanos(), end.request().with(input), end.result(), 1, 1, false));
    assertEquals(
        new Input.Generated(),
        recent.find(id(1)).orElseThrow().ended().orElseThrow().request().input());
  }

  @Test
  void aMemoryOfNothingIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RecentRequests(0));
  }

  private Optional<Cause> cause(int request) {
    return recent.find(id(request)).orElseThrow().cause();
  }

  private void sent(int action, GpuId gpu, int request) {
    recent.accept(sending(action, gpu, request));
  }

  private static Telemetry sending(int action, GpuId gpu, int request) {
    Action.Part part = new Action.Part(id(request), 1, new Input.Generated());
    return new Telemetry.ActionSent(
        micros(1_500),
        gpu,
        new Action.Infer(
            action(action),
            gpu.index(),
            MODEL,
            4,
            List.of(part),
            new Window(micros(1_500), micros(8_000))),
        new Prediction(micros(1_500), micros(2_000), micros(3_000)));
  }

  private void ran(int action, GpuId gpu, ModelId model, long begunMicros, long endedMicros) {
    recent.accept(run(action, gpu, model, begunMicros, endedMicros));
  }

  private static Telemetry run(
      int action, GpuId gpu, ModelId model, long begunMicros, long endedMicros) {
    return ended(
        ActionType.INFER,
        gpu,
        model,
        new Outcome.Inferred(
            action(action),
            span(50, 60),
            span(begunMicros, endedMicros),
            span(endedMicros, endedMicros + 10),
            stamps()));
  }

  private void loaded(int action, ModelId model, long endedMicros) {
    Outcome loaded =
        new Outcome.Loaded(action(action), span(endedMicros - 100, endedMicros), stamps());
    recent.accept(ended(ActionType.LOAD, GPU, model, loaded));
  }

  private void outcome(GpuId gpu, ModelId model, Outcome outcome) {
    recent.accept(ended(ActionType.INFER, gpu, model, outcome));
  }

  private static Telemetry ended(ActionType type, GpuId gpu, ModelId model, Outcome outcome) {
    long nanos =
        switch (outcome) {
          case Outcome.Inferred inferred -> inferred.output().endedNanos();
          case Outcome.Loaded loaded -> loaded.load().endedNanos();
          default -> micros(5_000);
        };
    return new Telemetry.ActionEnded(
        nanos, type, gpu, model, 4, new Prediction(0, 0, 0), outcome, 1, 0, 1);
  }

  private void ended(int request, long atMicros, Result result) {
    recent.accept(end(request, atMicros, result));
  }

  private static Telemetry.RequestEnded end(int request, long atMicros, Result result) {
    return new Telemetry.RequestEnded(
        micros(atMicros),
        new Request(
            id(request),
            MODEL,
            1,
            micros(1_000),
            micros(10_000),
            0,
            Request.DEFAULT_TENANT,
            0,
            new Input.Generated()),
        result,
        1,
        1,
        false);
  }

  private static RequestId id(int number) {
    return new RequestId(new GatewayId("G0"), number);
  }

  private static ActionId action(int number) {
    return new ActionId(1, number);
  }

  private static Span span(long begunMicros, long endedMicros) {
    return new Span(micros(begunMicros), micros(endedMicros));
  }

  private static Outcome.Stamps stamps() {
    return new Outcome.Stamps(micros(1_600), micros(5_100));
  }

  private static long micros(long micros) {
    return micros * 1_000;
  }
}
