package org.clockwork.test.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.wire.Parcel;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that vanish without a word while others go on: the published system aborts at one. */
@Timeout(240)
class VanishingClientsTest {
  private static final int CLIENTS = 1_000;

  /** How many requests each has outstanding when it vanishes. */
  private static final int REQUESTS = 5;

  private static final long MINUTE_NANOS = SECONDS.toNanos(60);

  @TempDir Path folder;

  private OneProcess process;
  private EventBus bus;
  private ModelStatus.Ready model;

  @BeforeEach
  void start() throws Exception {
    Configuration plain = Configuration.DEFAULT;
    Configuration configuration =
        plain
            .with(plain.controller().logging(LogConfig.DEFAULT.in(folder)).summarizingEvery(0))
            .with(
                plain
                    .worker()
                    .with(plain.worker().devices().withOnnxDevices(0).withSimulatedGpus(1)));
    ModelSource.Measured fast = Zoo.find("fast_100us").orElseThrow();
    ModelSource served =
        new ModelSource.Measured(fast.spec(), fast.profile(), ModelSource.ModelSettings.NONE);
    process = await(OneProcess.start(configuration, List.of(served), _ -> {}));
    bus = process.vertx().eventBus();
    model = assertInstanceOf(ModelStatus.Ready.class, process.models().getFirst());
  }

  @AfterEach
  void stop() throws Exception {
    await(process.stop());
  }

  @Test
  void aThousandInARowDisturbNobodyAndLeaveNothingBehind() throws Exception {
    SteadyClient steady = new SteadyClient();
    steady.ask();
    for (int i = 0; i < CLIENTS; i++) {
      VanishingClient client = new VanishingClient(i);
      client.comes();
      await(client.inTheMiddle());
      client.vanishes();
      if (i % 100 == 0) {
        await(steady.oneMoreAnswer());
      }
    }
    steady.stop();
    assertEquals(0, steady.others.get(), "each of its requests was answered with success");
    assertTrue(steady.answered.get() > CLIENTS / 100);
    assertEquals(
        Set.of(Addresses.gatewayModels(process.gateway().id())), whoeverHearsOfTheNextModel());
  }

  /** The addresses of the gateways that the controller still counts on. */
  private Set<String> whoeverHearsOfTheNextModel() throws Exception {
    Set<String> addresses = ConcurrentHashMap.newKeySet();
    bus.addOutboundInterceptor(
        delivery -> {
          if (delivery.body() instanceof ModelStatus
              && delivery.message().address().startsWith("clockwork.gateway.")) {
            addresses.add(delivery.message().address());
          }
          delivery.next();
        });
    Promise<Void> told = Promise.promise();
    bus.consumer(Addresses.CONTROLLER_MODELS, _ -> told.tryComplete());
    bus.send(Addresses.CONTROLLER_WISHES, new Event.ModelWanted("nobody's", "nobody's"));
    await(told.future());
    return addresses;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }

  /** Asks again as soon as it is answered. */
  private final class SteadyClient {
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger others = new AtomicInteger();
    private volatile Promise<Void> next = Promise.promise();
    private volatile boolean stopped;

    void ask() {
      process
          .gateway()
          .infer(
              Submission.of(
                  model.name(),
                  new Submission.Payload.Generated(1),
                  Objective.ofNanos(MINUTE_NANOS)))
          .onComplete(
              answer -> {
                (answer.result() instanceof Answer.Succeeded ? answered : others).incrementAndGet();
                next.tryComplete();
                if (!stopped) {
                  ask();
                }
              });
    }

    Future<Void> oneMoreAnswer() {
      next = Promise.promise();
      return next.future();
    }

    void stop() {
      stopped = true;
    }
  }

  /** A gateway in a process of its own, as far as the controller can see. */
  private final class VanishingClient {
    private final GatewayId gateway;
    private final NodeId node;
    private final Promise<Void> dispatched = Promise.promise();
    private MessageConsumer<?> clock;
    private MessageConsumer<?> verdicts;

    VanishingClient(int number) {
      gateway = new GatewayId("vanishing-" + number);
      node = new NodeId("process-" + number);
    }

    void comes() {
      clock =
          bus.consumer(
              Addresses.gatewayClock(gateway), message -> message.reply(System.nanoTime()));
      verdicts =
          bus.consumer(
              Addresses.gatewayVerdicts(gateway),
              (Message<Object> message) -> {
                if (isDispatch(message.body())) {
                  dispatched.tryComplete();
                }
              });
      bus.send(Addresses.CONTROLLER_GATEWAYS, new GatewayAnnouncement(gateway, node));
      for (int i = 1; i <= REQUESTS; i++) {
        bus.send(Addresses.CONTROLLER_REQUESTS, request(model.id(), i));
      }
    }

    /** One, or among those that came together. */
    private static boolean isDispatch(Object body) {
      return body instanceof Verdict.Dispatched
          || (body instanceof Parcel(List<Object> messages)
              && messages.stream().anyMatch(Verdict.Dispatched.class::isInstance));
    }

    private Request request(ModelId wanted, int number) {
      return new Request(
          new RequestId(gateway, number),
          wanted,
          1,
          System.nanoTime(),
          MINUTE_NANOS,
          0,
          Request.DEFAULT_TENANT,
          0,
          new Input.Generated());
    }

    Future<Void> inTheMiddle() {
      return dispatched.future();
    }

    void vanishes() {
      clock.unregister();
      verdicts.unregister();
      process.controller().nodeLeft(node);
    }
  }
}
