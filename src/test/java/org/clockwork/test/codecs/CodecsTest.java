package org.clockwork.test.codecs;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.clockwork.codecs.Codecs;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecsTest {
  private static final RequestId REQUEST = new RequestId(new GatewayId("g"), 1);
  private static final WorkerId WORKER = new WorkerId("w");
  private static final Tensors TENSORS = new Tensors(1, List.of(ByteBuffer.allocate(4)));
  private Vertx vertx;

  /** One message of every family. */
  static Stream<Object> messages() {
    Outcome outcome = new Outcome.Unloaded(new ActionId(1, 1), new Outcome.Stamps(1, 2));
    return Stream.of(
        REQUEST,
        WORKER,
        new GatewayId("g"),
        new Request(REQUEST, new ModelId(0), 1, 0, 1, 0, "t", 0, new Input.Inline(TENSORS)),
        new Verdict.TimedOut(REQUEST),
        new Action.Load(new ActionId(1, 1), 0, new ModelId(0), Window.ANY),
        outcome,
        new Event.ActionEnded(WORKER, outcome),
        new Inputs(REQUEST, TENSORS),
        new Outputs(REQUEST, TENSORS, new GpuId(WORKER, 0), 1, 1, 1, 1),
        new Announcement(
            WORKER, new NodeId("n"), List.of(), List.of(), List.of(), List.<Set<ModelId>>of()),
        new ModelStatus.Gone("m"),
        Submission.of("m", new Submission.Payload.Ordered(TENSORS), Objective.NONE),
        new Answer.TimedOut(REQUEST, 1));
  }

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    Codecs.register(vertx.eventBus());
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void withinOneProcessAMessageIsPassedOnAsItIs(Object message) throws Exception {
    CompletableFuture<Object> received = new CompletableFuture<>();
    vertx.eventBus().consumer("here", got -> received.complete(got.body()));
    vertx.eventBus().send("here", message);
    assertSame(message, received.get(30, TimeUnit.SECONDS));
  }

  @Test
  void theNameOfEveryCodecCarriesItsVersion() {
    for (MessageCodec<?, ?> codec : registered()) {
      assertTrue(codec.name().matches("clockwork\\.[a-z-]+\\.v1"), codec.name());
    }
  }

  /** What registering does to an event bus. */
  static List<MessageCodec<?, ?>> registered() {
    List<MessageCodec<?, ?>> codecs = new ArrayList<>();
    EventBus bus =
        (EventBus)
            Proxy.newProxyInstance(
                CodecsTest.class.getClassLoader(),
                new Class<?>[] {EventBus.class},
                (proxy, method, arguments) -> {
                  if (arguments[0] instanceof MessageCodec<?, ?> codec) {
                    codecs.add(codec);
                  }
                  return proxy;
                });
    Codecs.register(bus);
    return codecs;
  }
}
