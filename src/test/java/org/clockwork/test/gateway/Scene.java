package org.clockwork.test.gateway;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Gateway;
import org.clockwork.core.gateway.GatewayCommands;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.GatewayEvent;
import org.clockwork.core.gateway.GatewayStatistics;
import org.clockwork.core.gateway.ModelStatistics;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/** A gateway by itself: what it is told is told here, what it wants is noted. */
final class Scene implements GatewayCommands {
  static final long MILLIS = 1_000_000;
  static final WorkerId WORKER = new WorkerId("w0");
  static final GpuId GPU = new GpuId(WORKER, 1);

  /** 16 bytes a row: rides inline. 2 ms a batch. */
  static final ModelStatus.Ready SMALL =
      model(0, "small", List.of(new TensorSpec("x", DataType.FP32, List.of(4))), 0);

  /** Three inputs of 512 bytes a row; has an objective of its own. */
  static final ModelStatus.Ready TEXT =
      model(
          1,
          "text",
          List.of(
              new TensorSpec("ids", DataType.INT64, List.of(64)),
              new TensorSpec("mask", DataType.INT64, List.of(64)),
              new TensorSpec("types", DataType.INT64, List.of(64))),
          30 * MILLIS);

  /** 12 kB a row: is held. */
  static final ModelStatus.Ready IMAGE =
      model(2, "image", List.of(new TensorSpec("pixels", DataType.FP32, List.of(3, 1000))), 0);

  final List<Request> asked = new ArrayList<>();
  final List<RequestId> cancelled = new ArrayList<>();
  final List<Inputs> pushed = new ArrayList<>();
  final List<RequestId> withdrawn = new ArrayList<>();
  final List<WorkerId> pushedTo = new ArrayList<>();
  final List<Answer> answers = new ArrayList<>();
  Optional<Long> wakeAtNanos = Optional.empty();
  long nowNanos = 1_000 * MILLIS;

  private final Gateway gateway;

  Scene() {
    this(GatewayConfig.DEFAULT);
  }

  Scene(GatewayConfig config) {
    gateway = new Gateway(new GatewayId("g"), config);
    List.of(SMALL, TEXT, IMAGE).forEach(this::model);
  }

  private static ModelStatus.Ready model(
      int id, String name, List<TensorSpec> inputs, long defaultSloNanos) {
    List<TensorSpec> outputs = List.of(new TensorSpec("y", DataType.FP32, List.of(2)));
    return new ModelStatus.Ready(
        new ModelId(id),
        new ModelSpec(name, name, inputs, outputs, 1, defaultSloNanos),
        2 * MILLIS,
        8,
        1);
  }

  void model(ModelStatus status) {
    tell(new GatewayEvent.ModelChanged(status));
  }

  List<ModelStatus> models() {
    return List.copyOf(gateway.models().all());
  }

  void tell(GatewayEvent event) {
    gateway.on(event, nowNanos, this);
  }

  void after(long nanos) {
    nowNanos += nanos;
  }

  RequestId submit(Submission submission) {
    RequestId request = gateway.nextId();
    tell(new GatewayEvent.Submitted(request, submission));
    return request;
  }

  RequestId submit(ModelStatus.Ready model, Objective objective) {
    return submit(Submission.of(model.name(), rows(model, 1), objective));
  }

  /** Zeros, in the model's order. */
  static Payload rows(ModelStatus.Ready model, int rows) {
    return new Payload.Ordered(
        new Tensors(
            rows,
            model.spec().inputs().stream()
                .map(input -> ByteBuffer.allocate(rows * input.bytes()))
                .toList()));
  }

  void dispatch(RequestId request) {
    tell(
        new GatewayEvent.Decided(
            new Verdict.Dispatched(
                request, new ActionId(1, 7), GPU, true, MILLIS, MILLIS / 2, 4 * MILLIS)));
  }

  void outputs(RequestId request) {
    tell(new GatewayEvent.Returned(outputsOf(request)));
  }

  static Outputs outputsOf(RequestId request) {
    Tensors tensors = new Tensors(1, List.of(ByteBuffer.allocate(8)));
    return new Outputs(request, tensors, GPU, 4, 100, 2 * MILLIS, 200);
  }

  boolean turnsAway(String model) {
    return gateway.turnsAway(model);
  }

  ModelStatistics statistics(String model) {
    return gateway.statistics(model);
  }

  GatewayStatistics statistics() {
    return gateway.statistics();
  }

  /** The only answer so far. */
  Answer answer() {
    if (answers.size() != 1) {
      throw new AssertionError("one answer is expected, there are " + answers);
    }
    return answers.getFirst();
  }

  @Override
  public void ask(Request request) {
    asked.add(request);
  }

  @Override
  public void cancel(RequestId request) {
    cancelled.add(request);
  }

  @Override
  public void withdraw(WorkerId worker, RequestId request) {
    withdrawn.add(request);
  }

  @Override
  public void push(WorkerId worker, Inputs inputs) {
    pushedTo.add(worker);
    pushed.add(inputs);
  }

  @Override
  public void answer(Answer answer) {
    answers.add(answer);
  }

  @Override
  public void wakeAt(long nanos) {
    wakeAtNanos = Optional.of(nanos);
  }
}
