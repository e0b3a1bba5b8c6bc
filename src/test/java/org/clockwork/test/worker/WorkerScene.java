package org.clockwork.test.worker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Clock;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;
import org.clockwork.core.worker.TaskRunner;
import org.clockwork.core.worker.Worker;
import org.clockwork.core.worker.WorkerCommands;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.core.worker.WorkerEvent;

/**
 * A worker on a stage: what it wants done is kept, and nothing happens until the test says so. The
 * model is {@code fast_100us}: 7 pages, 1,000 bytes in, 4 bytes out.
 */
final class WorkerScene implements WorkerCommands, Clock {
  static final ModelId MODEL = new ModelId(0);
  static final long MILLIS = 1_000_000;
  static final int INPUT_BYTES = 1000;
  static final WorkerId ID = new WorkerId("w");
  static final GatewayId GATEWAY = new GatewayId("g");

  final List<Task> tasks = new ArrayList<>();
  final List<Outcome> outcomes = new ArrayList<>();
  final List<ActionId> inputsArrived = new ArrayList<>();
  final List<Tensors> through = new ArrayList<>();
  final List<Outputs> outputs = new ArrayList<>();
  final List<Announcement> announcements = new ArrayList<>();
  final List<String> lookedFor = new ArrayList<>();
  int retirements;
  final List<SimulatedDevice> devices;
  final Worker worker;
  long nowNanos = 1_000 * MILLIS;
  long wakeNanos = Long.MAX_VALUE;
  private final TaskRunner runner;
  private long actions;
  private long requests;

  WorkerScene() {
    this(WorkerConfig.DEFAULT, 1, SimulatedDevice.specWithPages(10), Disturbance.NONE);
  }

  WorkerScene(WorkerConfig config, int gpus, DeviceSpec spec, Disturbance disturbance) {
    List<ModelSource> sources = new ArrayList<>(Zoo.models());
    sources.add(Zoo.find("fast_100us").orElseThrow());
    devices =
        IntStream.range(0, gpus)
            .mapToObj(gpu -> new SimulatedDevice(spec, this, disturbance, SimulatedDevice.NO_LINK))
            .toList();
    worker = new Worker(ID, new NodeId("process"), config, List.<Device>copyOf(devices), sources);
    runner = new TaskRunner(List.copyOf(devices), this);
  }

  // What the worker wants.

  @Override
  public void run(Task task) {
    tasks.add(task);
  }

  @Override
  public void send(Outcome outcome) {
    outcomes.add(outcome);
  }

  @Override
  public void tellInputsArrived(ActionId infer, long nanos) {
    inputsArrived.add(infer);
  }

  @Override
  public void through(Tensors inputs) {
    through.add(inputs);
  }

  @Override
  public void deliver(Outputs answer) {
    outputs.add(answer);
  }

  @Override
  public void retire() {
    retirements++;
  }

  @Override
  public void announce(Announcement announcement) {
    announcements.add(announcement);
  }

  @Override
  public void look(String source) {
    lookedFor.add(source);
  }

  @Override
  public void wakeAt(long nanos) {
    wakeNanos = nanos;
  }

  // Time.

  @Override
  public long nanos() {
    return nowNanos;
  }

  @Override
  public void waitUntil(long nanos) {
    nowNanos = Math.max(nowNanos, nanos);
  }

  // What happens to it.

  void happens(WorkerEvent event) {
    worker.on(event, nowNanos, this);
  }

  /** The action is received; the answer is its outcome, if there is one at once. */
  void receives(Action action) {
    happens(new WorkerEvent.ActionReceived(action));
  }

  /** Runs the oldest task and reports its end. */
  void runsNext() {
    Task task = tasks.removeFirst();
    happens(new WorkerEvent.TaskEnded(task, runner.run(task)));
  }

  /** What the device says to a registration that is not reported yet. */
  Device.Hosted hostedBy(Task.Register task) {
    return ((TaskResult.Registered) runner.run(task)).hosted();
  }

  /** Reports that a task ended in that way. */
  void endsAs(Task task, TaskResult how) {
    happens(new WorkerEvent.TaskEnded(task, how));
  }

  /** Reports that the oldest task could not be done. */
  void failsNext(TaskResult.Undone how) {
    happens(new WorkerEvent.TaskEnded(tasks.removeFirst(), how));
  }

  /** Runs tasks, oldest first, until there is none. */
  void runsAll() {
    while (!tasks.isEmpty()) {
      runsNext();
    }
  }

  /** Time passes; the worker is woken if it asked for that. */
  void passes(long nanos) {
    nowNanos += nanos;
    if (wakeNanos <= nowNanos) {
      wakeNanos = Long.MAX_VALUE;
      happens(new WorkerEvent.WakeUp());
    }
  }

  /** Has the model in host memory. */
  WorkerScene registered() {
    receives(register(MODEL, "fast_100us"));
    runsAll();
    outcomes.clear();
    return this;
  }

  /** Has the model on GPU 0, too. */
  WorkerScene loaded() {
    registered();
    receives(load());
    runsAll();
    outcomes.clear();
    return this;
  }

  // Actions.

  Action register(ModelId model, String source) {
    return new Action.Register(nextAction(), model, source, source);
  }

  Action.Withdraw withdraw() {
    return new Action.Withdraw(nextAction(), MODEL);
  }

  Action.Load load() {
    return new Action.Load(nextAction(), 0, MODEL, soon());
  }

  Action.Unload unload() {
    return new Action.Unload(nextAction(), 0, MODEL, soon());
  }

  Action.Infer infer(Input... inputs) {
    return infer(inputs.length, inputs);
  }

  Action.Infer infer(int batch, Input... inputs) {
    List<Action.Part> parts = new ArrayList<>();
    for (Input input : inputs) {
      parts.add(new Action.Part(nextRequest(), 1, input));
    }
    return new Action.Infer(nextAction(), 0, MODEL, batch, parts, soon());
  }

  Window soon() {
    return new Window(nowNanos, nowNanos + 10 * MILLIS);
  }

  Window past() {
    return new Window(nowNanos - 10, nowNanos - 1);
  }

  ActionId nextAction() {
    return new ActionId(1, actions++);
  }

  RequestId nextRequest() {
    return new RequestId(GATEWAY, requests++);
  }

  static Input inline() {
    return new Input.Inline(tensors(INPUT_BYTES));
  }

  static Input held() {
    return new Input.Held(INPUT_BYTES);
  }

  static Inputs inputsOf(Action.Infer infer, int part) {
    return new Inputs(infer.parts().get(part).request(), tensors(INPUT_BYTES));
  }

  static Tensors tensors(int bytes) {
    return new Tensors(1, List.of(ByteBuffer.allocate(bytes).asReadOnlyBuffer()));
  }

  // What became of it.

  Outcome outcome() {
    if (outcomes.size() != 1) {
      throw new AssertionError("expected one outcome, got " + outcomes);
    }
    return outcomes.getFirst();
  }

  ErrorCode refusal() {
    if (outcome() instanceof Outcome.Refused refused) {
      return refused.code();
    }
    throw new AssertionError("expected a refusal, got " + outcome());
  }

  int freeSlots() {
    return devices.getFirst().freeSlots();
  }
}
