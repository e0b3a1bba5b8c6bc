package org.clockwork.scripts;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.clockwork.client.Payloads;
import org.clockwork.core.action.ErrorCode;
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
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.trace.Traces;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Workload.Copies;

/**
 * A script in virtual time: timers are punctual, and each request is answered after 5 ms. What it
 * offers is then the same on every machine.
 */
final class Scripted implements LoadCommands, AutoCloseable {
  static final long ANSWERED_NANOS = 5_000_000;
  private static final long START_NANOS = 1_000_000_000_000L;
  private static final Vertx VERTX = Vertx.vertx();

  final List<Offer> offers = new ArrayList<>();
  final List<Submission> submissions = new ArrayList<>();
  final List<String> lines = new CopyOnWriteArrayList<>();
  private final PriorityQueue<Pending> answers =
      new PriorityQueue<>(
          Comparator.comparingLong(Pending::nanos).thenComparingLong(p -> p.offer.number()));
  private final LoadedScript script;
  private Function<Offer, Answer> answering = Scripted::success;
  private long nowNanos = START_NANOS;
  private long lateNanos;
  private long wakeNanos = Course.NEVER;
  private boolean done;

  private record Pending(long nanos, Offer offer) {}

  Scripted(ScriptPlan plan) {
    script =
        new LoadedScript(
            plan,
            new Zoo(),
            VERTX.eventBus(),
            (_, _) -> {}, // What goes over the bus takes real time; here nobody hears it.
            lines::add,
            stuck -> lines.add(stuck.getMessage()));
  }

  /** Read from this text, with these arguments, to run so many seconds. */
  static Scripted of(String name, String text, String arguments, double seconds) {
    return new Scripted(plan(name, text, arguments, seconds, Set.of()));
  }

  static ScriptPlan plan(
      String name, String text, String arguments, double seconds, Set<Grant> grants) {
    return new ScriptPlan(
        new Script(name, Language.of(name).orElseThrow(), text),
        Arguments.of(arguments.isBlank() ? List.of() : List.of(arguments.split(" "))),
        new Measured(0, (long) (seconds * 1e9)),
        7,
        Payloads.GENERATED,
        Traces.NONE,
        grants);
  }

  Scripted answering(Function<Offer, Answer> other) {
    answering = other;
    return this;
  }

  /** Timers are so late from now on. */
  Scripted late(long nanos) {
    lateNanos = nanos;
    return this;
  }

  /** To its end. */
  Scripted run() {
    script.load().on(new LoadEvent.ModelsReady(), nowNanos, this);
    while (!done) {
      long nextAnswer = answers.isEmpty() ? Course.NEVER : answers.peek().nanos();
      nowNanos = Math.max(nowNanos, Math.min(nextAnswer, wakeNanos));
      if (nextAnswer <= wakeNanos) {
        Offer offer = answers.remove().offer();
        Answer answer = answering.apply(offer);
        script.load().heard(offer, answer);
        script.load().on(new LoadEvent.Answered(offer, Ending.of(answer)), nowNanos, this);
      } else {
        wakeNanos = Course.NEVER;
        script.load().on(new LoadEvent.WakeUp(), nowNanos, this);
      }
    }
    return this;
  }

  /** Begins, and is woken once, so long after. */
  Scripted wokenOnceAfter(long nanos) {
    script.load().on(new LoadEvent.ModelsReady(), nowNanos, this);
    nowNanos += nanos;
    wakeNanos = Course.NEVER;
    script.load().on(new LoadEvent.WakeUp(), nowNanos, this);
    return this;
  }

  /** Whether it wants to be woken at once. */
  boolean wantsToGoOn() {
    return wakeNanos <= nowNanos;
  }

  Optional<String> failure() {
    return script.load().failure().map(Throwable::getMessage);
  }

  Map<String, Object> reported() {
    return script.reported();
  }

  ScriptLoad load() {
    return script.load();
  }

  /** From the start, in microseconds. */
  List<Long> arrivalsMicros() {
    return offers.stream().map(offer -> (offer.intendedNanos() - START_NANOS) / 1_000).toList();
  }

  @Override
  public void submit(Offer offer) {
    offers.add(offer);
    submissions.add(script.load().submission(offer));
    answers.add(new Pending(nowNanos + ANSWERED_NANOS, offer));
  }

  @Override
  public void wakeAt(long nanos) {
    wakeNanos = nanos + lateNanos;
  }

  @Override
  public void done() {
    done = true;
  }

  @Override
  public void close() {
    script.close();
  }

  static Answer success(Offer offer) {
    ByteBuffer output = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    output.putFloat(0.5f).putFloat(-2).flip();
    return new Answer.Succeeded(
        id(offer),
        ANSWERED_NANOS,
        true,
        new Tensors(1, List.of(output)),
        new GpuId(new WorkerId("w"), 0),
        1,
        false,
        0,
        0,
        0,
        1,
        0,
        ANSWERED_NANOS);
  }

  static Answer refusal(Offer offer) {
    return new Answer.Refused(
        id(offer), 1_000_000, RefusalCause.QUEUE, "too much in front of it", 30_000_000);
  }

  static Answer failure(Offer offer) {
    return new Answer.Failed(id(offer), 1_000_000, ErrorCode.RUNTIME_ERROR, "it broke");
  }

  private static RequestId id(Offer offer) {
    return new RequestId(new GatewayId("g"), offer.number());
  }

  /** Serves these models, and nothing else. */
  static final class Zoo implements ScriptInferences {
    static final List<String> MODELS = List.of("resnet50_v2", "resnet18_v2", "tiny");

    @Override
    public Future<Answer> infer(Submission submission) {
      return Future.failedFuture("the test answers itself");
    }

    @Override
    public Future<List<ModelStatus>> load(String source, int copies) {
      return Future.succeededFuture(
          new Copies(source, copies)
              .names().stream()
                  .<ModelStatus>map(
                      name ->
                          MODELS.contains(source)
                              ? ready(name, source)
                              : new ModelStatus.Unavailable(name, "no worker has it"))
                  .toList());
    }

    @Override
    public Future<List<String>> loadable() {
      return Future.succeededFuture(MODELS);
    }

    @Override
    public Future<List<ModelStatus>> loaded() {
      return Future.succeededFuture(List.of(ready("resnet18_v2", "resnet18_v2")));
    }

    private static ModelStatus ready(String name, String source) {
      TensorSpec input = new TensorSpec("data", DataType.FP32, List.of(2, 3));
      TensorSpec output = new TensorSpec("scores", DataType.FP32, List.of(2));
      return new ModelStatus.Ready(
          new ModelId(0),
          new ModelSpec(name, source, List.of(input), List.of(output), 100, 0),
          3_000_000,
          16,
          1);
    }
  }
}
