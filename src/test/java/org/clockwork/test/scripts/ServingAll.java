package org.clockwork.test.scripts;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.scripts.ScriptInferences;

/** Serves any model but "missing" and answers at once, or when it is let go. */
final class ServingAll implements ScriptInferences {
  private static final Tensors NOTHING = new Tensors(1, List.of(ByteBuffer.allocate(4)));

  private final ConcurrentLinkedQueue<Promise<Answer>> held = new ConcurrentLinkedQueue<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicLong numbers = new AtomicLong();
  private final Promise<Void> enough = Promise.promise();
  private final boolean holds;
  private volatile int awaited = Integer.MAX_VALUE;

  private ServingAll(boolean holds) {
    this.holds = holds;
  }

  static ServingAll answering() {
    return new ServingAll(false);
  }

  static ServingAll holding() {
    return new ServingAll(true);
  }

  /** Completes when so many were asked for. */
  Future<Void> asked(int count) {
    awaited = count;
    lookWhetherEnough();
    return enough.future();
  }

  private void lookWhetherEnough() {
    if (asked.get() >= awaited) {
      enough.tryComplete();
    }
  }

  void letGo() {
    for (Promise<Answer> promise = held.poll(); promise != null; promise = held.poll()) {
      promise.complete(success());
    }
  }

  @Override
  public Future<Answer> infer(Submission submission) {
    if (!holds) {
      asked.incrementAndGet();
      lookWhetherEnough();
      return Future.succeededFuture(success());
    }
    Promise<Answer> promise = Promise.promise();
    held.add(promise);
    asked.incrementAndGet();
    lookWhetherEnough();
    return promise.future();
  }

  @Override
  public Future<List<ModelStatus>> load(String source, int copies) {
    return Future.succeededFuture(
        new Copies(source, copies)
            .names().stream()
                .<ModelStatus>map(
                    name ->
                        source.equals("missing")
                            ? new ModelStatus.Unavailable(name, "no worker has it")
                            : new ModelStatus.Ready(
                                new ModelId(0),
                                new ModelSpec(name, source, List.of(), List.of(), 100, 0),
                                3_000_000,
                                16,
                                1))
                .toList());
  }

  @Override
  public Future<List<String>> loadable() {
    return Future.succeededFuture(List.of("resnet50_v2"));
  }

  @Override
  public Future<List<ModelStatus>> loaded() {
    return Future.succeededFuture(List.of());
  }

  private Answer success() {
    return new Answer.Succeeded(
        new RequestId(new GatewayId("all"), numbers.getAndIncrement()),
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
