package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.Scene.GPU;
import static org.clockwork.test.gateway.Scene.IMAGE;
import static org.clockwork.test.gateway.Scene.MILLIS;
import static org.clockwork.test.gateway.Scene.SMALL;
import static org.clockwork.test.gateway.Scene.TEXT;
import static org.clockwork.test.gateway.Scene.WORKER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.GatewayEvent;
import org.clockwork.core.gateway.ModelStatistics;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.junit.jupiter.api.Test;

class GatewayTest {
  private static final Objective IN_50_MS = Objective.ofNanos(50 * MILLIS);
  private final Scene scene = new Scene();

  @Test
  void aRequestThatIsServedInTimeIsMetAndBearsItsTimings() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    scene.after(MILLIS);
    scene.dispatch(request);
    scene.after(3 * MILLIS);
    scene.outputs(request);
    assertEquals(
        new Answer.Succeeded(
            request,
            4 * MILLIS,
            true,
            Scene.outputsOf(request).tensors(),
            GPU,
            4,
            true,
            MILLIS,
            MILLIS / 2,
            100,
            2 * MILLIS,
            200,
            5 * MILLIS),
        scene.answer());
    assertEquals(1, scene.statistics().met());
  }

  @Test
  void namesThatCannotBeServedAreNotKeptWithoutBoundAndCrowdNobodyOut() {
    for (int i = 0; i < 10_500; i++) {
      scene.model(new ModelStatus.Unavailable("wish" + i, "nobody has it"));
    }
    assertEquals(10_000, scene.models().size());

    ModelStatus.Ready ready =
        new ModelStatus.Ready(
            new ModelId(9), new ModelSpec("late", "late", List.of(), List.of(), 1, 0), 1, 1, 1);
    scene.model(ready);
    assertTrue(scene.models().contains(ready));
  }

  @Test
  void outputsThatOvertakeTheControllersWordAreAnsweredAtOnce() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    scene.after(5 * MILLIS);
    scene.outputs(request);
    scene.dispatch(request);
    Answer.Succeeded answer = assertInstanceOf(Answer.Succeeded.class, scene.answer());
    assertTrue(answer.met());
    assertEquals(3 * MILLIS - 300, answer.queuedNanos());
  }

  @Test
  void smallInputsRideInlineAndLargeOnesAreHeld() {
    scene.submit(SMALL, IN_50_MS);
    scene.submit(IMAGE, IN_50_MS);
    scene.submit(Submission.of("image", new Payload.Generated(2), IN_50_MS));
    assertInstanceOf(Input.Inline.class, scene.asked.get(0).input());
    assertEquals(new Input.Held(12_000), scene.asked.get(1).input());
    assertEquals(new Input.Generated(), scene.asked.get(2).input());
    assertEquals(2, scene.asked.get(2).rows());
    assertEquals(12_000, scene.statistics().heldBytes());
  }

  @Test
  void inputsOfExactlyTheBoundRideInline() {
    Scene tight = new Scene(config(12_000, 10, 1 << 20));
    tight.submit(IMAGE, IN_50_MS);
    assertInstanceOf(Input.Inline.class, tight.asked.getFirst().input());
  }

  @Test
  void theWorkerIsToldWhoseInputWillNotComeAnyMore() {
    RequestId request = scene.submit(IMAGE, IN_50_MS);
    scene.outputs(request);
    scene.dispatch(request);
    assertEquals(List.of(request), scene.withdrawn);
    assertEquals(List.of(), scene.pushed);
  }

  @Test
  void heldInputsArePushedAtEveryDispatchUntilTheAnswer() {
    RequestId request = scene.submit(IMAGE, IN_50_MS);
    assertEquals(List.of(), scene.pushed);
    scene.dispatch(request);
    scene.dispatch(request);
    assertEquals(List.of(WORKER, WORKER), scene.pushedTo);
    scene.outputs(request);
    scene.dispatch(request);
    assertEquals(2, scene.pushed.size());
    assertEquals(0, scene.statistics().heldBytes());
  }

  @Test
  void theDeadlineIsKeptWhenControllerAndWorkerHaveVanished() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    assertEquals(Optional.of(scene.nowNanos + 50 * MILLIS), scene.wakeAtNanos);
    scene.after(50 * MILLIS);
    scene.tell(new GatewayEvent.WakeUp());
    assertEquals(new Answer.TimedOut(request, 50 * MILLIS), scene.answer());
    assertEquals(List.of(request), scene.cancelled);
  }

  @Test
  void aTimerThatComesEarlyIsSetAgain() {
    scene.submit(SMALL, IN_50_MS);
    long deadlineNanos = scene.wakeAtNanos.orElseThrow();
    scene.wakeAtNanos = Optional.empty();
    scene.after(10 * MILLIS);
    scene.tell(new GatewayEvent.WakeUp());
    assertEquals(Optional.of(deadlineNanos), scene.wakeAtNanos);
    assertEquals(List.of(), scene.answers);
  }

  @Test
  void theTimerIsSetForTheEarliestDeadline() {
    scene.submit(SMALL, IN_50_MS);
    scene.submit(SMALL, Objective.ofNanos(20 * MILLIS));
    assertEquals(Optional.of(scene.nowNanos + 20 * MILLIS), scene.wakeAtNanos);
  }

  @Test
  void outputsAfterTheDeadlineAreCountedAndNotCalledGood() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    scene.after(50 * MILLIS + 1);
    scene.outputs(request);
    scene.outputs(request);
    assertEquals(new Answer.TimedOut(request, 50 * MILLIS + 1), scene.answer());
    assertEquals(2, scene.statistics().lateOutputs());
    assertEquals(0, scene.statistics().succeeded());
  }

  @Test
  void outputsAtTheDeadlineAreMet() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    scene.after(50 * MILLIS);
    scene.outputs(request);
    assertEquals(1, scene.statistics().met());
  }

  @Test
  void theControllersWordEndsARequestAtOnce() {
    RequestId refused = scene.submit(SMALL, IN_50_MS);
    RequestId timedOut = scene.submit(SMALL, IN_50_MS);
    RequestId failed = scene.submit(SMALL, IN_50_MS);
    scene.after(MILLIS);
    scene.tell(
        new GatewayEvent.Decided(
            new Verdict.Refused(refused, RefusalCause.COLD_START, "not loaded", 7)));
    scene.tell(new GatewayEvent.Decided(new Verdict.TimedOut(timedOut)));
    scene.tell(
        new GatewayEvent.Decided(new Verdict.Failed(failed, ErrorCode.RUNTIME_ERROR, "broke")));
    assertEquals(
        List.of(
            new Answer.Refused(refused, MILLIS, RefusalCause.COLD_START, "not loaded", 7),
            new Answer.TimedOut(timedOut, MILLIS),
            new Answer.Failed(failed, MILLIS, ErrorCode.RUNTIME_ERROR, "broke")),
        scene.answers);
    assertEquals(1, scene.statistics().refused().get(RefusalCause.COLD_START));
  }

  @Test
  void cancellingFreesWhatIsQueued() {
    RequestId request = scene.submit(IMAGE, IN_50_MS);
    scene.tell(new GatewayEvent.Cancelled(request));
    scene.tell(new GatewayEvent.Cancelled(request));
    scene.outputs(request);
    assertEquals(List.of(request), scene.cancelled);
    assertEquals(ErrorCode.CANCELLED, assertInstanceOf(Answer.Failed.class, scene.answer()).code());
    assertEquals(1, scene.statistics().cancelled());
    assertEquals(0, scene.statistics().failed());
    assertEquals(0, scene.statistics().heldBytes());
  }

  @Test
  void theControllerIsToldOfWhichRefusalARequestIsARetry() {
    Submission first = Submission.of(SMALL.name(), Scene.rows(SMALL, 1), IN_50_MS);
    RequestId refused = scene.submit(first);
    scene.submit(first.retryOf(refused));
    assertEquals(Optional.empty(), scene.asked.get(0).retryOf());
    assertEquals(Optional.of(refused), scene.asked.get(1).retryOf());
  }

  @Test
  void aRequestIsNamedByWhatItsNameIsWrittenAs() {
    for (String gateway : List.of("G0", "a-b", "-", "g-1")) {
      RequestId id = new RequestId(new GatewayId(gateway), 4711);
      assertEquals(Optional.of(id), RequestId.parse(id.toString()));
    }
    for (String none : List.of("", "-", "4711", "G0-", "-3", "G0-x", "G0-+3", "G0-03", "ü-1")) {
      assertEquals(Optional.empty(), RequestId.parse(none), none);
    }
  }

  @Test
  void theTightestObjectiveHolds() {
    assertEquals(50 * MILLIS, resolved(SMALL, IN_50_MS));
    assertEquals(10 * MILLIS, resolved(SMALL, Objective.ofFactor(5)));
    assertEquals(
        10 * MILLIS, resolved(SMALL, new Objective(Optional.of(50 * MILLIS), Optional.of(5.0))));
    assertEquals(
        3 * MILLIS, resolved(SMALL, new Objective(Optional.of(3 * MILLIS), Optional.of(5.0))));
    assertEquals(3 * MILLIS, resolved(SMALL, IN_50_MS.within(3 * MILLIS)));
    assertEquals(50 * MILLIS, resolved(SMALL, IN_50_MS.within(80 * MILLIS)));
  }

  @Test
  void theFactorIsToldToTheControllerOnlyWhereItDecided() {
    scene.submit(SMALL, new Objective(Optional.of(50 * MILLIS), Optional.of(5.0)));
    scene.submit(SMALL, new Objective(Optional.of(3 * MILLIS), Optional.of(5.0)));
    assertEquals(5.0, scene.asked.get(0).sloFactor());
    assertEquals(0.0, scene.asked.get(1).sloFactor());
  }

  @Test
  void withoutAnObjectiveTheModelsHoldsElseTheDefault() {
    assertEquals(30 * MILLIS, resolved(TEXT, Objective.NONE));
    assertEquals(100 * MILLIS, resolved(SMALL, Objective.NONE));
    ModelStatus.Ready slow =
        new ModelStatus.Ready(new ModelId(9), SMALL.spec().named("slow"), 40 * MILLIS, 8, 1);
    scene.model(slow);
    assertEquals(200 * MILLIS, resolved(slow, Objective.NONE));
  }

  @Test
  void moreRequestsThanTheBoundAreRefusedUntilOneIsAnswered() {
    Scene tight = new Scene(config(8192, 1, 1 << 20));
    RequestId first = tight.submit(SMALL, IN_50_MS);
    tight.after(10 * MILLIS);
    RequestId second = tight.submit(SMALL, IN_50_MS);
    assertEquals(
        new Answer.Refused(
            second,
            0,
            RefusalCause.QUEUE,
            "gateway g: 1 requests are outstanding of at most maxOutstanding=1",
            40 * MILLIS),
        tight.answer());
    tight.outputs(first);
    tight.submit(SMALL, IN_50_MS);
    assertEquals(2, tight.asked.size());
  }

  @Test
  void aBoundThatIsChangedHoldsForWhatComesFromThenOn() {
    Scene tight = new Scene(config(8192, 1, 1 << 20));
    RequestId first = tight.submit(SMALL, IN_50_MS);
    tight.tell(new GatewayEvent.Configured(config(8192, 2, 1 << 20)));
    tight.submit(SMALL, IN_50_MS);
    assertEquals(2, tight.asked.size());
    tight.tell(new GatewayEvent.Configured(config(8192, 1, 1 << 20)));
    tight.outputs(first);
    assertInstanceOf(Answer.Succeeded.class, tight.answer());
    tight.submit(SMALL, IN_50_MS);
    assertEquals(
        "gateway g: 1 requests are outstanding of at most maxOutstanding=1",
        assertInstanceOf(Answer.Refused.class, tight.answers.getLast()).reason());
  }

  @Test
  void moreBytesThanTheBoundAreRefusedUntilSomeAreFree() {
    Scene tight = new Scene(config(8192, 100, 20_000));
    RequestId first = tight.submit(IMAGE, IN_50_MS);
    tight.submit(IMAGE, IN_50_MS);
    assertEquals(
        "gateway g: 12000 bytes of input do not fit beside 12000 held of at most"
            + " maxHeldBytes=20000",
        assertInstanceOf(Answer.Refused.class, tight.answer()).reason());
    tight.submit(SMALL, IN_50_MS);
    tight.outputs(first);
    tight.submit(IMAGE, IN_50_MS);
    assertEquals(3, tight.asked.size());
  }

  @Test
  void anInputThatCouldNeverBeHeldIsAnErrorAndNoRefusal() {
    Scene tight = new Scene(config(8192, 100, 11_999));
    tight.submit(IMAGE, IN_50_MS);
    Answer.Failed failed = assertInstanceOf(Answer.Failed.class, tight.answer());
    assertEquals(ErrorCode.INVALID_INPUT, failed.code());
    assertEquals(
        "the input takes 12000 bytes; gateway g holds at most maxHeldBytes=11999 in all",
        failed.reason());
    assertEquals(0, tight.asked.size());
  }

  @Test
  void aModelThatIsNotReadyIsADecisionAndAnUnknownOneAnError() {
    scene.model(new ModelStatus.Registering(new ModelId(5), "soon"));
    scene.model(new ModelStatus.Unavailable("never", "model.onnx is cut off"));
    scene.model(new ModelStatus.Gone("small"));
    for (String name : List.of("soon", "never", "small")) {
      scene.submit(Submission.of(name, new Payload.Generated(1), IN_50_MS));
    }
    assertEquals(
        List.of(
            new Answer.Refused(
                new RequestId(scene.answers.get(0).request().gateway(), 1),
                0,
                RefusalCause.COLD_START,
                "model 'soon' is still being brought into host memory",
                0),
            new Answer.Refused(
                scene.answers.get(1).request(),
                0,
                RefusalCause.NO_CAPACITY,
                "model 'never' can't be served: model.onnx is cut off",
                0),
            new Answer.Failed(
                scene.answers.get(2).request(),
                0,
                ErrorCode.UNKNOWN_MODEL,
                "model 'small' is unknown; the list of models has the 4 that are known")),
        scene.answers);
  }

  @Test
  void aControllerThatFollowsAnotherIsAskedAgainOnceTheModelIsReady() {
    scene.tell(new GatewayEvent.ControllerCame(1));
    RequestId answered = scene.submit(SMALL, IN_50_MS);
    RequestId open = scene.submit(SMALL, IN_50_MS);
    scene.outputs(answered);

    scene.tell(new GatewayEvent.ControllerCame(2));
    RequestId meanwhile = scene.submit(SMALL, IN_50_MS);
    assertEquals(2, scene.asked.size(), "the model may not be there");
    scene.model(SMALL);

    assertEquals(
        List.of(answered, open, open, meanwhile), scene.asked.stream().map(Request::id).toList());
    scene.outputs(open);
    scene.outputs(meanwhile);
    assertEquals(3, scene.answers.size());
  }

  @Test
  void whatTheNextControllerNeverSaysIsAnsweredAtTheDeadline() {
    scene.tell(new GatewayEvent.ControllerCame(1));
    scene.submit(SMALL, IN_50_MS);
    scene.tell(new GatewayEvent.ControllerCame(2));
    scene.after(60 * MILLIS);
    scene.tell(new GatewayEvent.WakeUp());
    assertInstanceOf(Answer.TimedOut.class, scene.answer());
    scene.model(SMALL);
    assertEquals(1, scene.asked.size(), "nobody waits for it any more");
  }

  @Test
  void theSameControllerIsNotAskedTwice() {
    scene.tell(new GatewayEvent.ControllerCame(1));
    scene.submit(SMALL, IN_50_MS);
    scene.tell(new GatewayEvent.ControllerCame(1));
    scene.model(SMALL);
    assertEquals(1, scene.asked.size());
  }

  @Test
  void whoIsDrainingRefusesNewcomersAndAnswersTheRest() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    scene.tell(new GatewayEvent.Draining());
    scene.submit(SMALL, IN_50_MS);
    scene.outputs(request);
    assertEquals(
        RefusalCause.DRAINING,
        assertInstanceOf(Answer.Refused.class, scene.answers.get(0)).cause());
    assertInstanceOf(Answer.Succeeded.class, scene.answers.get(1));
  }

  @Test
  void closingRefusesWhatIsLeft() {
    RequestId request = scene.submit(SMALL, IN_50_MS);
    scene.tell(new GatewayEvent.Closing());
    assertEquals(
        RefusalCause.DRAINING, assertInstanceOf(Answer.Refused.class, scene.answer()).cause());
    assertEquals(List.of(request), scene.cancelled);
    assertEquals(0, scene.statistics().outstanding());
  }

  private long resolved(ModelStatus.Ready model, Objective objective) {
    scene.submit(model, objective);
    return scene.asked.getLast().sloNanos();
  }

  private static GatewayConfig config(int inlineBytes, int maxOutstanding, long maxHeldBytes) {
    return new GatewayConfig(
        100 * MILLIS, 3_600_000 * MILLIS, inlineBytes, maxOutstanding, maxHeldBytes);
  }

  @Test
  void aTenantThatHasAsManyOutstandingAsItMayLeavesTheRestToOthers() {
    Scene scene = new Scene(new GatewayConfig(MILLIS, 1_000 * MILLIS, 8 << 10, 3, 2, 1 << 20));
    RequestId first = scene.submit(of("greedy"));
    scene.submit(of("greedy"));
    scene.submit(of("greedy"));
    Answer.Refused refused = assertInstanceOf(Answer.Refused.class, scene.answer());
    assertEquals(RefusalCause.TENANT_LIMIT, refused.cause());
    assertEquals(
        "gateway g: tenant 'greedy' has 2 requests outstanding, as many as maxTenantOutstanding"
            + " lets it have",
        refused.reason());
    scene.submit(of("modest"));
    assertEquals(3, scene.asked.size());
    scene.dispatch(first);
    scene.outputs(first);
    scene.submit(of("greedy"));
    assertEquals(4, scene.asked.size());
  }

  private static Submission of(String tenant) {
    return new Submission(
        Scene.SMALL.name(),
        Scene.rows(Scene.SMALL, 1),
        Objective.ofNanos(10 * MILLIS),
        tenant,
        0,
        Optional.empty());
  }

  @Test
  void whomItTurnsAwayItSaysBeforeAnyInputWasRead() {
    Scene scene = new Scene(new GatewayConfig(MILLIS, 1_000 * MILLIS, 8 << 10, 1, 1 << 20));
    assertFalse(scene.turnsAway(Scene.SMALL.name()));
    assertTrue(scene.turnsAway("nobody"));
    RequestId only = scene.submit(Scene.SMALL, Objective.ofNanos(10 * MILLIS));
    assertTrue(scene.turnsAway(Scene.SMALL.name()), "it is full");
    scene.dispatch(only);
    scene.outputs(only);
    assertFalse(scene.turnsAway(Scene.SMALL.name()));
    scene.tell(new GatewayEvent.Draining());
    assertTrue(scene.turnsAway(Scene.SMALL.name()), "it is shutting down");
  }

  @Test
  void eachModelsRequestsAreCountedByThemselvesUntilItGoes() {
    Scene scene = new Scene();
    RequestId first = scene.submit(Scene.SMALL, Objective.ofNanos(10 * MILLIS));
    scene.dispatch(first);
    scene.outputs(first);
    RequestId second = scene.submit(Scene.SMALL, Objective.ofNanos(10 * MILLIS));
    scene.tell(new GatewayEvent.Cancelled(second));
    ModelStatistics counted = scene.statistics(Scene.SMALL.name());
    assertEquals(1, counted.succeeded().count());
    assertEquals(1, counted.rows());
    assertEquals(2 * MILLIS, counted.exec().nanos());
    assertEquals(1, counted.cancelled());
    assertEquals(List.of(4), counted.batches().stream().map(ModelStatistics.Batch::size).toList());
    assertEquals(ModelStatistics.NONE, scene.statistics(Scene.TEXT.name()));
    scene.model(new ModelStatus.Gone(Scene.SMALL.name()));
    assertEquals(ModelStatistics.NONE, scene.statistics(Scene.SMALL.name()));
  }
}
