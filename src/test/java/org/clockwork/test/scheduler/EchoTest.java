package org.clockwork.test.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Echo;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;
import org.junit.jupiter.api.Test;

/** The controller that answers in the place of the workers. */
class EchoTest implements Commands {
  private static final WorkerId WORKER = new WorkerId("W0");
  private static final long MILLIS = 1_000_000;

  private final Scheduler scheduler =
      new Scheduler(1, SchedulerConfig.DEFAULT, Policies.named(Policies.ECHO));
  private final List<Outputs> outputs = new ArrayList<>();
  private final Echo echo = new Echo(this, outputs::add);
  private final List<Action> sent = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<ModelStatus> statuses = new ArrayList<>();
  private final List<Telemetry> telemetry = new ArrayList<>();
  private long nowNanos = 1_000 * MILLIS;

  @Test
  void answersAtOnceWithZeroesOfTheModelsShape() {
    ModelStatus.Ready model = served();
    ask(model, 1, 2);
    assertEquals(1, outputs.size());
    Outputs answer = outputs.getFirst();
    assertEquals(new RequestId(SchedulerScene.GATEWAY, 1), answer.request());
    assertEquals(2, answer.tensors().rows());
    assertEquals(ByteBuffer.allocate(2 * 3 * 4), answer.tensors().buffers().getFirst());
  }

  @Test
  void noWorkerHearsOfAnythingButModels() {
    ModelStatus.Ready model = served();
    for (int number = 0; number < 1_000; number++) {
      ask(model, number, 1);
    }
    assertEquals(1_000, outputs.size());
    assertEquals(1, sent.size(), "only the REGISTER");
  }

  @Test
  void noGatewayIsToldToPushItsInput() {
    ask(served(), 1, 1);
    assertEquals(List.of(), verdicts);
  }

  @Test
  void theBooksSayThatTheRequestSucceeded() {
    ask(served(), 1, 1);
    Telemetry.RequestEnded ended =
        telemetry.stream()
            .filter(Telemetry.RequestEnded.class::isInstance)
            .map(Telemetry.RequestEnded.class::cast)
            .findFirst()
            .orElseThrow();
    assertInstanceOf(Telemetry.Result.Succeeded.class, ended.result());
    assertEquals(0, ended.latencyNanos());
  }

  private ModelStatus.Ready served() {
    happens(
        new Event.WorkerAnnounced(
            new Announcement(
                WORKER,
                new NodeId("process"),
                List.of(new DeviceSpec("simulated", DeviceSpec.PAGE_BYTES, 100, false, 128)),
                List.of(new Announcement.Source("m", 1, false)),
                List.of(),
                List.of(Set.of()))));
    Action.Register register = assertInstanceOf(Action.Register.class, sent.getFirst());
    TensorSpec tensor = new TensorSpec("y", DataType.FP32, List.of(3));
    HostedModel hosted =
        HostedModel.of(
            register.model(),
            new ModelSpec("m", "m", List.of(tensor), List.of(tensor), 1, 0),
            Map.of(
                "simulated",
                new Profile(
                    1, 10 * MILLIS, 0, 0, new TreeMap<>(Map.of(1, 2 * MILLIS, 2, 3 * MILLIS)))));
    Outcome.Stamps stamps = new Outcome.Stamps(nowNanos, nowNanos);
    happens(new Event.ActionEnded(WORKER, new Outcome.Registered(register.id(), hosted, stamps)));
    return assertInstanceOf(ModelStatus.Ready.class, statuses.getLast());
  }

  private void ask(ModelStatus.Ready model, long number, int rows) {
    happens(
        new Event.RequestArrived(
            new Request(
                new RequestId(SchedulerScene.GATEWAY, number),
                model.id(),
                rows,
                nowNanos + 1, // when it is heard of
                100 * MILLIS,
                0,
                Request.DEFAULT_TENANT,
                0,
                new Input.Held(24))));
  }

  /** As the controller's verticle does it. */
  private void happens(Event event) {
    nowNanos++;
    echo.now(nowNanos);
    Optional<? extends Event> next = Optional.of(event);
    while (next.isPresent()) {
      scheduler.on(next.get(), nowNanos, echo);
      next = echo.ended();
    }
  }

  @Override
  public void send(WorkerId worker, Action action) {
    sent.add(action);
  }

  @Override
  public void tell(Verdict verdict) {
    verdicts.add(verdict);
  }

  @Override
  public void publish(ModelStatus status) {
    statuses.add(status);
  }

  @Override
  public void wakeAt(long nanos) {}

  @Override
  public void emit(Telemetry event) {
    telemetry.add(event);
  }
}
