package org.clockwork.test.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.request.Traceparent;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.clockwork.test.tracing.SpanReceiver.Received;
import org.clockwork.tracing.Tracing;
import org.clockwork.tracing.TracingConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a receiver of OpenTelemetry sees of requests. */
@Timeout(120)
class TracingTest {
  private static final long MILLIS = 1_000_000;
  private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final RequestId REQUEST = new RequestId(new GatewayId("G0"), 7);
  private static final ModelId MODEL = new ModelId(3);
  private static final GpuId GPU = new GpuId(new WorkerId("W0"), 1);
  private static final Outcome.Stamps STAMPS = new Outcome.Stamps(0, 0);
  private static final Prediction PREDICTION = new Prediction(0, 0, 0);

  private SpanReceiver receiver;
  private Tracing tracing;

  @BeforeEach
  void begin() throws Exception {
    receiver = new SpanReceiver();
    tracing = tracing(1, 8_192);
  }

  @AfterEach
  void end() {
    tracing.close();
    receiver.close();
  }

  private Tracing tracing(double ratio, int maxQueued) {
    return Tracing.begin(new TracingConfig(receiver.endpoint(), ratio, maxQueued), "a node");
  }

  @Test
  void aRequestIsASpanBelowItsClientsAndGoesOnBelowItsOwn() throws Exception {
    RequestWatch watch = tracing.requests();
    Submission followed = watch.begun(REQUEST, submission(Optional.of(SAMPLED)));
    watch.answered(new Answer.Refused(REQUEST, 1, RefusalCause.QUEUE, "too many wait", 0));
    Received span = receiver.next();
    assertEquals("infer", span.name());
    assertEquals("clockwork", span.service());
    assertEquals("0af7651916cd43dd8448eb211c80319c", span.trace());
    assertEquals("b7ad6b7169203331", span.parent());
    assertEquals(
        Map.of(
            "clockwork.request_id", "G0-7",
            "clockwork.model", "resnet",
            "clockwork.tenant", "shop",
            "clockwork.result", "refused",
            "clockwork.cause", "queue"),
        span.attributes());
    assertEquals("too many wait", span.span().getStatus().getMessage());
    Traceparent on = followed.trace().orElseThrow();
    assertEquals(span.trace(), on.traceId());
    assertEquals(span.id(), on.parentId());
    assertTrue(on.sampled());
  }

  @Test
  void aClientThatDoesNotWantToSeeItsRequestIsNotFollowed() {
    RequestWatch watch = tracing.requests();
    String unsampled = SAMPLED.substring(0, SAMPLED.length() - 1) + "0";
    Submission followed = watch.begun(REQUEST, submission(Optional.of(unsampled)));
    assertEquals(Optional.empty(), followed.trace());
    watch.answered(new Answer.TimedOut(REQUEST, 1));
    tracing.close();
    assertEquals(0, receiver.left());
  }

  @Test
  void ofThoseWithoutATraceTheConfiguredPartIsFollowed() {
    try (Tracing none = tracing(0, 8_192);
        Tracing half = tracing(0.5, 8_192)) {
      assertEquals(0, followed(none, 1_000));
      assertEquals(1_000, followed(tracing, 1_000));
      int some = followed(half, 1_000);
      assertTrue(some > 350 && some < 650, "half of 1000 are " + some);
    }
  }

  private static int followed(Tracing tracing, int requests) {
    RequestWatch watch = tracing.requests();
    int followed = 0;
    for (int i = 0; i < requests; i++) {
      RequestId id = new RequestId(new GatewayId("G0"), i);
      followed += watch.begun(id, submission(Optional.empty())).trace().isPresent() ? 1 : 0;
    }
    return followed;
  }

  @Test
  void whatTheControllerKnowsStandsBelowTheRequestWithTheTelemetrysTimes() throws Exception {
    Consumer<Telemetry> stages = tracing.stages();
    ActionId load = new ActionId(1, 1);
    stages.accept(
        ended(
            ActionType.LOAD,
            15 * MILLIS,
            new Outcome.Loaded(load, new Span(2 * MILLIS, 14 * MILLIS), STAMPS)));
    ActionId infer = new ActionId(1, 2);
    stages.accept(sent(infer, 16 * MILLIS));
    stages.accept(
        ended(
            ActionType.INFER,
            30 * MILLIS,
            new Outcome.Inferred(
                infer,
                new Span(17 * MILLIS, 18 * MILLIS),
                new Span(18 * MILLIS, 27 * MILLIS),
                new Span(27 * MILLIS, 28 * MILLIS),
                STAMPS)));
    stages.accept(
        new Telemetry.RequestEnded(
            30 * MILLIS, request(), new Result.Succeeded(4, 9 * MILLIS), 1, 1, true));
    Map<String, Received> spans = named(5);
    assertEquals(Set.of("queue", "load", "input", "exec", "output"), spans.keySet());
    for (Received span : spans.values()) {
      assertEquals("0af7651916cd43dd8448eb211c80319c", span.trace());
      assertEquals("b7ad6b7169203331", span.parent());
    }
    assertEquals(15 * MILLIS, nanos(spans.get("queue")));
    assertEquals(12 * MILLIS, nanos(spans.get("load")));
    assertEquals(9 * MILLIS, nanos(spans.get("exec")));
    assertEquals(
        17 * MILLIS,
        spans.get("exec").span().getStartTimeUnixNano()
            - spans.get("queue").span().getStartTimeUnixNano());
    assertEquals("W0", spans.get("exec").attributes().get("clockwork.worker"));
    assertEquals("1", spans.get("exec").attributes().get("clockwork.gpu"));
    assertEquals("4", spans.get("exec").attributes().get("clockwork.batch_size"));
    assertEquals("1", spans.get("queue").attributes().get("clockwork.attempts"));
  }

  @Test
  void whatWasSentInVainIsShownAsThat() throws Exception {
    Consumer<Telemetry> stages = tracing.stages();
    stages.accept(sent(new ActionId(1, 2), 16 * MILLIS));
    stages.accept(
        new Telemetry.RequestEnded(100 * MILLIS, request(), new Result.TimedOut(), 1, 1, false));
    Map<String, Received> spans = named(2);
    assertEquals(15 * MILLIS, nanos(spans.get("queue")));
    assertEquals(84 * MILLIS, nanos(spans.get("sent_in_vain")));
  }

  @Test
  void whatTheQueueCannotTakeIsDroppedAndCountedAndNobodyWaits() throws Exception {
    receiver.close(); // Nothing listens there any more.
    try (Tracing small = tracing(1, 512)) {
      RequestWatch watch = small.requests();
      for (int i = 0; i < 20_000; i++) {
        RequestId id = new RequestId(new GatewayId("G0"), i);
        watch.begun(id, submission(Optional.empty()));
        watch.answered(new Answer.TimedOut(id, 1));
      }
      assertTrue(small.counts().dropped() > 10_000, () -> small.counts().toString());
    }
  }

  @Test
  void whatTheReceiverTakesAndRefusesIsCountedApart() throws Exception {
    RequestWatch watch = tracing.requests();
    watch.begun(REQUEST, submission(Optional.empty()));
    watch.answered(new Answer.TimedOut(REQUEST, 1));
    receiver.next();
    while (tracing.counts().exported() == 0) {
      Thread.onSpinWait(); // The reply is on its way.
    }
    assertEquals(1, tracing.counts().exported());
    assertEquals(0, tracing.counts().lost());
    receiver.answer(400);
    watch.begun(REQUEST, submission(Optional.empty()));
    watch.answered(new Answer.TimedOut(REQUEST, 1));
    tracing.close();
    assertEquals(1, tracing.counts().failed());
  }

  @Test
  void nobodyWantsSpansUnlessAReceiverIsNamed() {
    assertFalse(TracingConfig.DEFAULT.wanted(Map.of()));
    assertFalse(TracingConfig.DEFAULT.wanted(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", " ")));
    assertTrue(
        TracingConfig.DEFAULT.wanted(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://there:4318")));
    assertTrue(new TracingConfig("http://there:4318", 1, 512).wanted(Map.of()));
  }

  @Test
  void aReceiverThatIsNoneIsRefusedWithWhereToMendIt() {
    TracingConfig wrong = new TracingConfig("there:4318", 1, 512);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Tracing.begin(wrong, "a node").close());
    assertTrue(refused.getMessage().contains("conf/operators.json"), refused::getMessage);
    assertTrue(refused.getMessage().contains("there:4318"), refused::getMessage);
  }

  private Map<String, Received> named(int count) throws InterruptedException {
    Map<String, Received> spans = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Received span = receiver.next();
      spans.put(span.name(), span);
    }
    return spans;
  }

  private static long nanos(Received span) {
    return span.span().getEndTimeUnixNano() - span.span().getStartTimeUnixNano();
  }

  private static Submission submission(Optional<String> traceparent) {
    return new Submission("resnet", new Submission.Payload.Generated(1), Objective.NONE, "shop", 0)
        .in(traceparent.flatMap(Traceparent::parse));
  }

  /** Came at 1 ms. */
  private static Request request() {
    return new Request(
        REQUEST,
        MODEL,
        0,
        1,
        MILLIS,
        100 * MILLIS,
        0,
        "shop",
        0,
        Optional.empty(),
        Traceparent.parse(SAMPLED),
        new Input.Generated());
  }

  private static Telemetry sent(ActionId id, long nanos) {
    Action.Part part = new Action.Part(REQUEST, 1, new Input.Generated());
    return new Telemetry.ActionSent(
        nanos, GPU, new Action.Infer(id, 1, MODEL, 0, 4, List.of(part), Window.ANY), PREDICTION);
  }

  private static Telemetry ended(ActionType type, long nanos, Outcome outcome) {
    return new Telemetry.ActionEnded(nanos, type, GPU, MODEL, 4, PREDICTION, outcome, 1, 0, 1);
  }
}
