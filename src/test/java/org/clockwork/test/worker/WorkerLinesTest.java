package org.clockwork.test.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.ClockNews;
import org.clockwork.codecs.Codecs;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.test.Shape;
import org.clockwork.worker.WorkerVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an operator reads of a worker. */
class WorkerLinesTest {
  private static final WorkerId ID = new WorkerId("W0");
  private static final NodeId NODE = new NodeId("process");
  private static final String MODEL = "resnet50_v2_readme";

  private static final DeviceSpec SPEC =
      new DeviceSpec(
          SimulatedDevice.KIND, DeviceSpec.PAGE_BYTES, 1_376, false, SimulatedDevice.IO_SLOTS);

  /** No summary comes between the lines that the test is about. */
  private static final int NEVER_SECONDS = 0;

  private final Vertx vertx = Vertx.vertx();
  private final PreciseWaiter waiter = PreciseWaiter.forDevices(1);
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Event.ActionEnded> outcomes = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  @Test
  void startUpIsToldInThePublishedWording() throws Exception {
    start(2, NEVER_SECONDS);
    Shape.of(
            "GPU0-GPU-0 started",
            "GPU0-PCIe_H2D_Inputs-0 started",
            "PCIe_H2D_Weights-0 started",
            "GPU0-PCIe_D2H_Output-0 started",
            "GPU1-GPU-0 started",
            "GPU1-PCIe_H2D_Inputs-0 started",
            "PCIe_H2D_Weights-1 started",
            "GPU1-PCIe_D2H_Output-0 started",
            "Sending R0:GetWorkerState:",
            " page_size=16777216",
            "gpus=",
            " GPU-0 weights_cache=21.5GB \\(1376 pages\\) io_slots=128 0 models currently on GPU",
            " GPU-1 weights_cache=21.5GB \\(1376 pages\\) io_slots=128 0 models currently on GPU",
            "models=",
            "")
        .assertExactly(lines);
  }

  @Test
  void theExecutorsOfManyGpusAreOneLine() throws Exception {
    start(12, NEVER_SECONDS);
    assertEquals(1, lines.stream().filter(line -> line.endsWith(" started")).count());
    assertTrue(lines.getFirst().contains("48 executors started"), lines::toString);
    assertTrue(lines.contains(" and 2 GPUs more"), lines::toString);
  }

  @Test
  void aQuestionForItsStateAndAModelAreToldWithTheirAnswers() throws Exception {
    start(1, NEVER_SECONDS);
    lines.clear();
    vertx.eventBus().publish(Addresses.WORKERS_ANNOUNCE, "");
    register(0, MODEL);
    register(1, "nowhere");
    outcomes.poll(20, TimeUnit.SECONDS);
    outcomes.poll(20, TimeUnit.SECONDS);
    Shape.of("Received A1:GetWorkerState", "Sending R1:GetWorkerState:", " GPU-0 weights.*")
        .assertInOrder(lines);
    Shape.of(
            "Received A0:LoadModelFromDisk model=0 \\[0.0, [0-9.]+\\] resnet50_v2_readme",
            "Sending R0:LoadModelFromDisk input=602112 output=4000 weights=112.0 MB \\(7 pages\\)"
                + " xfer=8.4 b1=3.3 b2=5.3 b4=7.5 b8=12.4( b16=[0-9.]+)? duration=[0-9.]+")
        .assertInOrder(lines);
    Shape.of("Sending R1:LoadModelFromDisk error 41: worker W0 has no model 'nowhere' .*")
        .assertInOrder(lines);
  }

  @Test
  void onlyTheFirstStartUpActionsAreToldOneByOne() throws Exception {
    start(1, NEVER_SECONDS);
    for (int i = 0; i < 100; i++) {
      register(i, MODEL);
    }
    for (int i = 0; i < 100; i++) {
      outcomes.poll(20, TimeUnit.SECONDS);
    }
    assertEquals(19, lines.stream().filter(line -> line.startsWith("Received A")).count());
    assertEquals(1, lines.stream().filter(line -> line.startsWith("Further start-up")).count());
  }

  @Test
  void theSummaryTellsWhatTheControllerMakesOfItsClockAndWhatWasDone() throws Exception {
    start(1, 1);
    DeliveryOptions question = new ClockNews(673_306, 53_853).ridingWith(new DeliveryOptions());
    await(vertx.eventBus().request(Addresses.workerClock(ID), 0L, question));
    register(0, MODEL);
    register(1, "nowhere");
    // The two may fall into different seconds.
    awaitLineMatching(
        "Clock Skew=673306  RTT=53853  LdWts=0  Inf=0  Evct=0  \\|\\| Total Pending=0  .*");
    awaitLineMatching("Clock Skew=.* Errors=1  Models=[01]");
    awaitLineMatching("Clock Skew=.* Models=1");
  }

  @Test
  void aClockQuestionOfAnotherVersionIsAnsweredToo() throws Exception {
    start(1, NEVER_SECONDS);
    DeliveryOptions garbled =
        new DeliveryOptions().addHeader("skewNanos", "much").addHeader("roundTripNanos", "1");
    assertTrue(await(vertx.eventBus().request(Addresses.workerClock(ID), 0L, garbled)) != null);
  }

  private void start(int gpus, int summarySeconds) throws Exception {
    Codecs.register(vertx.eventBus());
    Postbag.receive(vertx.eventBus(), Addresses.CONTROLLER_OUTCOMES, outcomes::add);
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      devices.add(new SimulatedDevice(SPEC, waiter, Disturbance.NONE, SimulatedDevice.NO_LINK));
    }
    await(
        vertx.deployVerticle(
            new WorkerVerticle(
                    ID,
                    NODE,
                    Optional.empty(),
                    WorkerConfig.DEFAULT,
                    waiter,
                    devices,
                    List.of(Zoo.find(MODEL).orElseThrow()))
                .telling(summarySeconds, lines::add)));
  }

  private void register(int number, String source) {
    vertx
        .eventBus()
        .send(
            Addresses.workerActions(ID, NODE),
            new Action.Register(
                new ActionId(1, number), new ModelId(number), "model" + number, source));
  }

  private void awaitLineMatching(String pattern) {
    long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (lines.stream().noneMatch(line -> line.matches(pattern))) {
      assertTrue(System.nanoTime() < untilNanos, () -> "no '" + pattern + "' in " + lines);
      Thread.onSpinWait();
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
