package org.clockwork.test.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Codecs;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.Executor;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.worker.WorkerVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker on a real event bus, with real threads and a simulated device. */
class WorkerVerticleTest {
  private static final WorkerId ID = new WorkerId("w1");
  private static final NodeId NODE = new NodeId("process");
  private static final GatewayId GATEWAY = new GatewayId("g1");
  private static final ModelId MODEL = new ModelId(0);
  private static final long PROFILE_NANOS = 100_000;
  private static final long MINUTE = 60_000_000_000L;
  private static final long HOUR = 60 * MINUTE;

  /** All of them under way at once, which the device's io slots must allow. */
  private static final int EXECS = SimulatedDevice.IO_SLOTS;

  /** Long enough for any machine; met only where the claim is false. */
  private static final long PATIENCE_SECONDS = 60;

  private final Vertx vertx = Vertx.vertx();
  private final PreciseWaiter waiter = PreciseWaiter.forDevices(1);
  private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Outputs> outputs = new LinkedBlockingQueue<>();
  private final BlockingQueue<Announcement> announcements = new LinkedBlockingQueue<>();
  private long actions;
  private long requests;

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void announcesItselfOnceItCanWork() throws Exception {
    start(Disturbance.NONE);
    assertEquals(ID, next(announcements).worker());
    vertx.eventBus().publish(Addresses.WORKERS_ANNOUNCE, "");
    assertEquals(ID, next(announcements).worker());
  }

  @Test
  void neverRunsTwoExecsAtOnceNorAnyFasterThanItsProfileNorOutsideItsWindow() throws Exception {
    startWithModel(Disturbance.NONE);
    Map<ActionId, Window> windows = new HashMap<>();
    for (int i = 0; i < EXECS; i++) {
      long nowNanos = waiter.nanos();
      Window window = new Window(nowNanos + i % 7 * 200_000L, nowNanos + MINUTE);
      windows.put(infer(window), window);
    }
    List<Outcome.Inferred> done = new ArrayList<>();
    for (int i = 0; i < EXECS; i++) {
      done.add(assertInstanceOf(Outcome.Inferred.class, next(outcomes)));
    }
    done.sort(Comparator.comparingLong(outcome -> outcome.exec().begunNanos()));
    long freeNanos = Long.MIN_VALUE;
    for (Outcome.Inferred outcome : done) {
      Span exec = outcome.exec();
      assertTrue(exec.begunNanos() >= freeNanos, () -> "two at once: " + outcome);
      assertTrue(exec.nanos() >= PROFILE_NANOS, () -> "faster than its profile: " + outcome);
      assertTrue(
          windows.get(outcome.action()).admits(exec.begunNanos()),
          () -> "outside its window: " + outcome);
      freeNanos = exec.endedNanos();
    }
  }

  @Test
  void refusesWhatCannotBeginInsideItsWindow() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    startWithModel(
        (step, model, profiledNanos) -> {
          if (step == Executor.EXEC) {
            begun.countDown();
            awaitLatch(release);
          }
          return 0;
        });
    ActionId blocker = infer(withinAMinute());
    awaitLatch(begun);
    Window closing = new Window(waiter.nanos(), waiter.nanos() + 20_000_000);
    ActionId late = infer(closing);
    waiter.waitUntil(closing.latestNanos() + 1);
    release.countDown();
    for (int i = 0; i < 2; i++) {
      Outcome outcome = next(outcomes);
      if (outcome.action().equals(late)) {
        // On a slow machine its INPUT may already be too late.
        assertTrue(
            Set.of(ErrorCode.EXEC_TOO_LATE, ErrorCode.INPUT_TOO_LATE)
                .contains(((Outcome.Refused) outcome).code()),
            outcome::toString);
      } else {
        assertEquals(blocker, assertInstanceOf(Outcome.Inferred.class, outcome).action());
      }
    }
  }

  @Test
  void anEarlierWindowOvertakesOneThatSleepsAndStoppingAnswersTheSleeper() throws Exception {
    BlockingQueue<Thread> execThreads = new LinkedBlockingQueue<>();
    String deployment =
        startWithModel(
            (step, model, profiledNanos) -> {
              if (step == Executor.EXEC) {
                execThreads.add(Thread.currentThread());
              }
              return 0;
            });
    infer(withinAMinute());
    next(outcomes);
    long nowNanos = waiter.nanos();
    ActionId sleeper = infer(new Window(nowNanos + HOUR, nowNanos + 2 * HOUR));
    awaitSleep(next(execThreads));
    ActionId urgent = infer(withinAMinute());
    assertEquals(urgent, assertInstanceOf(Outcome.Inferred.class, next(outcomes)).action());
    await(vertx.undeploy(deployment));
    Outcome.Refused left = assertInstanceOf(Outcome.Refused.class, next(outcomes));
    assertEquals(sleeper, left.action());
    assertEquals(ErrorCode.SHUTTING_DOWN, left.code());
  }

  @Test
  void inputsThatTheGatewayKeptComeOverTheBusAndOutputsGoStraightBack() throws Exception {
    startWithModel(Disturbance.NONE);
    RequestId request = new RequestId(GATEWAY, requests++);
    ActionId action = infer(request, WorkerScene.held(), withinAMinute());
    vertx
        .eventBus()
        .send(
            Addresses.workerInputs(ID),
            new Inputs(request, WorkerScene.tensors(WorkerScene.INPUT_BYTES)));
    assertEquals(action, assertInstanceOf(Outcome.Inferred.class, next(outcomes)).action());
    assertEquals(request, next(outputs).request());
  }

  @Test
  void inputsThatNeverComeAreRefused() throws Exception {
    startWithModel(Disturbance.NONE);
    long nowNanos = waiter.nanos();
    infer(
        new RequestId(GATEWAY, requests++),
        WorkerScene.held(),
        new Window(nowNanos, nowNanos + 5_000_000));
    assertInstanceOf(Outcome.Refused.class, next(outcomes));
  }

  @Test
  void everyExecutorHasAThreadOfItsOwnThatBearsItsName() throws Exception {
    Map<Executor, String> threads = new ConcurrentHashMap<>();
    startWithModel(
        (step, model, profiledNanos) -> {
          threads.put(step, Thread.currentThread().getName());
          return 0;
        });
    infer(withinAMinute());
    next(outcomes);
    assertEquals(
        Map.of(
            Executor.LOAD, "w1-gpu0-load-0",
            Executor.INPUT, "w1-gpu0-input-0",
            Executor.EXEC, "w1-gpu0-exec-0",
            Executor.OUTPUT, "w1-gpu0-output-0"),
        threads);
  }

  private String startWithModel(Disturbance disturbance) throws Exception {
    String deployment = start(disturbance);
    send(new Action.Register(new ActionId(1, actions++), MODEL, "fast_100us", "fast_100us"));
    assertInstanceOf(Outcome.Registered.class, next(outcomes));
    send(new Action.Load(new ActionId(1, actions++), 0, MODEL, withinAMinute()));
    assertInstanceOf(Outcome.Loaded.class, next(outcomes));
    return deployment;
  }

  private String start(Disturbance disturbance) throws Exception {
    Codecs.register(vertx.eventBus());
    Postbag.<Event.ActionEnded>receive(
        vertx.eventBus(), Addresses.CONTROLLER_OUTCOMES, ended -> outcomes.add(ended.outcome()));
    Postbag.receive(vertx.eventBus(), Addresses.CONTROLLER_ANNOUNCE, announcements::add);
    Postbag.receive(vertx.eventBus(), Addresses.gatewayOutputs(GATEWAY), outputs::add);
    SimulatedDevice device =
        new SimulatedDevice(
            SimulatedDevice.specWithPages(10), waiter, disturbance, SimulatedDevice.NO_LINK);
    WorkerConfig usual = WorkerConfig.DEFAULT;
    WorkerConfig impatient =
        new WorkerConfig(
            usual.maxActions(),
            usual.maxEarlyInputs(),
            usual.maxEarlyBytes(),
            usual.earlyAgeNanos(),
            0);
    return await(
        vertx.deployVerticle(
            new WorkerVerticle(
                ID,
                NODE,
                Optional.empty(),
                impatient,
                waiter,
                List.of(device),
                List.of(Zoo.find("fast_100us").orElseThrow()))));
  }

  private ActionId infer(Window window) {
    return infer(new RequestId(GATEWAY, requests++), WorkerScene.inline(), window);
  }

  private ActionId infer(RequestId request, Input input, Window window) {
    ActionId id = new ActionId(1, actions++);
    List<Action.Part> parts = List.of(new Action.Part(request, 1, input));
    send(new Action.Infer(id, 0, MODEL, 1, parts, window));
    return id;
  }

  private void send(Action action) {
    vertx.eventBus().send(Addresses.workerActions(ID, NODE), action);
  }

  private Window withinAMinute() {
    long nowNanos = waiter.nanos();
    return new Window(nowNanos, nowNanos + MINUTE);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertNotNull(next, "nothing came within a minute");
    return next;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Until the thread waits for a window to open. */
  private static void awaitSleep(Thread thread) {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!(LockSupport.getBlocker(thread) instanceof PreciseWaiter)) {
      assertTrue(System.nanoTime() < untilNanos, "it never went to sleep");
      Thread.onSpinWait();
    }
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
