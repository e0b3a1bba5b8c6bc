package org.clockwork.test.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.clockwork.client.Inferences;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.workload.Workload.Copies;

/** Serves any model and answers at once, or keeps the answers until they are let go. */
final class EchoInferences implements Inferences {
  static final Tensors NOTHING = new Tensors(1, List.of(ByteBuffer.allocate(4)));
  private static final GatewayId GATEWAY = new GatewayId("echo");

  final ConcurrentLinkedQueue<Submission> seen = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Promise<Answer>> held = new ConcurrentLinkedQueue<>();
  private final AtomicLong numbers = new AtomicLong();
  private final boolean holds;

  private EchoInferences(boolean holds) {
    this.holds = holds;
  }

  static EchoInferences answering() {
    return new EchoInferences(false);
  }

  static EchoInferences holding() {
    return new EchoInferences(true);
  }

  int heldAnswers() {
    return held.size();
  }

  void letGo() {
    for (Promise<Answer> promise = held.poll(); promise != null; promise = held.poll()) {
      promise.complete(success());
    }
  }

  @Override
  public Future<Answer> infer(Submission submission) {
    seen.add(submission);
    if (!holds) {
      return Future.succeededFuture(success());
    }
    Promise<Answer> promise = Promise.promise();
    held.add(promise);
    return promise.future();
  }

  @Override
  public Future<List<ModelStatus>> load(String source, int copies) {
    List<ModelStatus> statuses = new ArrayList<>();
    for (String name : new Copies(source, copies).names()) {
      statuses.add(
          source.equals("missing")
              ? new ModelStatus.Unavailable(name, "no worker has it; put it into the repository")
              : new ModelStatus.Ready(new ModelId(0), spec(name, source), 3_000_000, 16, 1));
    }
    return Future.succeededFuture(statuses);
  }

  private static ModelSpec spec(String name, String source) {
    TensorSpec tensor = new TensorSpec("data", DataType.FP32, List.of(3, 224, 224));
    return new ModelSpec(name, source, List.of(tensor), List.of(tensor), 100, 0);
  }

  private Answer success() {
    return new Answer.Succeeded(
        new RequestId(GATEWAY, numbers.getAndIncrement()),
        1_000,
        true,
        NOTHING,
        new GpuId(new WorkerId("w"), 0),
        1,
        false,
        0,
        0,
        0,
        1,
        0,
        1_000);
  }
}
