package org.clockwork.core.worker;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/**
 * The batches of one worker: INPUT as soon as all inputs are there, EXEC in its window once the
 * weights are there too, OUTPUT right after.
 */
final class Inferences {
  private final WorkerId worker;
  private final Ledger ledger;
  private final EarlyInputs early;
  private final Map<ActionId, Batch> batches = new LinkedHashMap<>();
  private final Map<RequestId, Awaited> awaited = new HashMap<>();

  /** The batches that no executor's queue watches over, by the end of their window. */
  private final TreeSet<Batch> waiting = new TreeSet<>(Batch.BY_LATEST);

  private record Awaited(Batch batch, int part, ModelSpec model) {}

  Inferences(WorkerId worker, Ledger ledger, EarlyInputs early) {
    this.worker = worker;
    this.ledger = ledger;
    this.early = early;
  }

  Optional<Refusal> accept(
      Action.Infer infer,
      HostedModel model,
      Profiles profiles,
      Weights weights,
      long nowNanos,
      WorkerCommands out) {
    if (infer.bucket() >= model.spec().buckets()) {
      return Refusal.because(
          ErrorCode.INPUT_INVALID_BATCH_SIZE,
          "model '%s' has no bucket %d, only 0 to %d"
              .formatted(model.spec().name(), infer.bucket(), model.spec().buckets() - 1));
    }
    Profile profile = profiles.bucket(infer.bucket());
    if (!profile.execNanos().containsKey(infer.batch())) {
      return Refusal.because(
          ErrorCode.INPUT_INVALID_BATCH_SIZE,
          "model '%s' has no batch size %d, only %s"
              .formatted(model.spec().name(), infer.batch(), profile.execNanos().keySet()));
    }
    if (nowNanos > infer.window().latestNanos()) {
      return Refusal.because(
          ErrorCode.EXEC_TOO_LATE,
          "INFER %s came %d ns after its window"
              .formatted(infer.id(), nowNanos - infer.window().latestNanos()));
    }
    Batch batch = new Batch(infer, weights);
    ModelSpec spec = model.spec().bucket(infer.bucket());
    for (int part = 0; part < infer.parts().size(); part++) {
      Optional<Refusal> refusal = feed(batch, part, spec);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    begin(batch, spec, nowNanos, out);
    return Optional.empty();
  }

  /** Gives the part its input, unless that is still to come. */
  private Optional<Refusal> feed(Batch batch, int place, ModelSpec model) {
    Action.Part part = batch.parts().get(place);
    return switch (part.input()) {
      case Input.Inline(Tensors tensors) -> {
        batch.give(place, new Feed.Given(tensors));
        yield misfit(part, model, tensors);
      }
      case Input.Generated() -> {
        batch.give(place, new Feed.Generated(model.inputs(), part.rows()));
        yield Optional.empty();
      }
      case Input.Held held -> {
        if (awaited.containsKey(part.request())) {
          yield Refusal.because(
              ErrorCode.INVALID_ACTION,
              "request %s is already part of an INFER that waits for its input"
                  .formatted(part.request()));
        }
        yield switch (early.take(part.request())) {
          case EarlyInputs.Found.Here(Tensors tensors) -> {
            batch.give(place, new Feed.Given(tensors));
            yield misfit(part, model, tensors);
          }
          case EarlyInputs.Found.Withdrawn() -> {
            batch.give(place, new Feed.Generated(model.inputs(), part.rows()));
            yield Optional.empty();
          }
          case EarlyInputs.Found.NotYet() -> Optional.empty();
        };
      }
    };
  }

  private void begin(Batch batch, ModelSpec model, long nowNanos, WorkerCommands out) {
    batches.put(batch.infer().id(), batch);
    batch.weights().join(batch);
    if (batch.hasAllInputs()) {
      complete(batch, nowNanos, out);
      return;
    }
    waiting.add(batch);
    for (int part = 0; part < batch.parts().size(); part++) {
      if (!batch.hasInput(part)) {
        awaited.put(batch.parts().get(part).request(), new Awaited(batch, part, model));
      }
    }
  }

  void arrived(Inputs inputs, long nowNanos, WorkerCommands out) {
    Awaited wanted = awaited.remove(inputs.request());
    if (wanted == null) {
      early.keep(inputs, nowNanos);
      return;
    }
    Batch batch = wanted.batch();
    Action.Part part = batch.parts().get(wanted.part());
    Optional<Refusal> misfit = misfit(part, wanted.model(), inputs.tensors());
    if (misfit.isPresent()) {
      refuse(batch, misfit.get(), nowNanos, out);
      return;
    }
    give(wanted, new Feed.Given(inputs.tensors()), nowNanos, out);
  }

  void withdrawn(RequestId request, long nowNanos, WorkerCommands out) {
    Awaited wanted = awaited.remove(request);
    if (wanted == null) {
      early.keepWithdrawal(request, nowNanos);
      return;
    }
    int rows = wanted.batch().parts().get(wanted.part()).rows();
    give(wanted, new Feed.Generated(wanted.model().inputs(), rows), nowNanos, out);
  }

  private void give(Awaited wanted, Feed feed, long nowNanos, WorkerCommands out) {
    Batch batch = wanted.batch();
    batch.give(wanted.part(), feed);
    if (batch.hasAllInputs()) {
      waiting.remove(batch);
      complete(batch, nowNanos, out);
    }
  }

  /** All inputs are here. */
  private static void complete(Batch batch, long nowNanos, WorkerCommands out) {
    if (waitsForPushes(batch)) {
      out.tellInputsArrived(batch.infer().id(), nowNanos);
    }
    out.run(batch.input());
  }

  private static boolean waitsForPushes(Batch batch) {
    for (Action.Part part : batch.parts()) {
      if (part.input() instanceof Input.Held) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Refusal> misfit(Action.Part part, ModelSpec model, Tensors tensors) {
    List<TensorSpec> specs = model.inputs();
    boolean fits = tensors.rows() == part.rows() && tensors.buffers().size() == specs.size();
    for (int i = 0; fits && i < specs.size(); i++) {
      fits = tensors.buffers().get(i).remaining() == (long) part.rows() * specs.get(i).bytes();
    }
    return fits
        ? Optional.empty()
        : Refusal.because(
            ErrorCode.INPUT_BAD_SIZES,
            "request %s brings %d rows and %d tensors of %s bytes; model '%s' takes %d × %s"
                .formatted(
                    part.request(),
                    tensors.rows(),
                    tensors.buffers().size(),
                    tensors.buffers().stream().map(ByteBuffer::remaining).toList(),
                    model.name(),
                    part.rows(),
                    specs));
  }

  void ended(Task.Input task, TaskResult result, long nowNanos, WorkerCommands out) {
    for (Feed feed : task.feeds()) {
      if (feed instanceof Feed.Given(Tensors tensors)) {
        out.through(tensors);
      }
    }
    Batch batch = batches.get(task.action());
    if (result instanceof TaskResult.Undone undone) {
      if (batch != null) {
        refuse(batch, Refusal.of(task, undone), nowNanos, out);
      }
      return;
    }
    TaskResult.Copied copied = (TaskResult.Copied) result;
    if (batch == null) {
      out.run(new Task.Release(task.action(), task.gpu(), task.model(), copied.inference()));
      return;
    }
    batch.copied(copied);
    if (batch.weights().present()) {
      out.run(batch.exec());
    } else {
      waiting.add(batch);
    }
  }

  void ended(Task.Exec task, TaskResult result, long nowNanos, WorkerCommands out) {
    Batch batch = batches.get(task.action());
    if (batch != null && result instanceof TaskResult.Done(Span span)) {
      out.run(batch.output(span));
      return;
    }
    out.run(new Task.Release(task.action(), task.gpu(), task.model(), task.inference()));
    if (batch != null) {
      refuse(batch, Refusal.of(task, (TaskResult.Undone) result), nowNanos, out);
    }
  }

  void ended(Task.Output task, TaskResult result, long nowNanos, WorkerCommands out) {
    Batch batch = batches.get(task.action());
    if (batch == null) {
      return;
    }
    if (result instanceof TaskResult.Undone undone) {
      refuse(batch, Refusal.of(task, undone), nowNanos, out);
      return;
    }
    TaskResult.Answered answered = (TaskResult.Answered) result;
    answer(batch, answered, out);
    leave(batch);
    ActionId action = task.action();
    ledger.close(
        action,
        stamps ->
            new Outcome.Inferred(
                action,
                batch.inputSpan(),
                batch.execSpan(),
                answered.span(),
                answered.clock(),
                stamps),
        nowNanos,
        out);
  }

  private void answer(Batch batch, TaskResult.Answered answered, WorkerCommands out) {
    GpuId gpu = new GpuId(worker, batch.infer().gpu());
    for (int part = 0; part < batch.parts().size(); part++) {
      out.deliver(
          new Outputs(
              batch.parts().get(part).request(),
              answered.outputs().get(part),
              gpu,
              batch.infer().batch(),
              batch.inputSpan().nanos(),
              batch.execSpan().nanos(),
              answered.span().nanos()));
    }
  }

  /** LOAD is through: what waited for it goes on. */
  void weightsArrived(Weights weights, WorkerCommands out) {
    for (Batch batch : weights.batches()) {
      if (batch.phase() == Batch.Phase.WEIGHTS_TO_COME) {
        waiting.remove(batch);
        out.run(batch.exec());
      }
    }
  }

  /** LOAD was refused: nothing that counted on it can run. */
  void weightsLost(Weights weights, long nowNanos, WorkerCommands out) {
    for (Batch batch : weights.batches()) {
      refuse(
          batch,
          new Refusal(
              ErrorCode.EXEC_WEIGHTS_MISSING,
              "the LOAD of model %s before this INFER was not done".formatted(weights.model())),
          nowNanos,
          out);
    }
  }

  void refuseExpired(long nowNanos, WorkerCommands out) {
    while (nextExpiryNanos() <= nowNanos) {
      Batch batch = waiting.first();
      Refusal refusal =
          batch.phase() == Batch.Phase.WEIGHTS_TO_COME
              ? new Refusal(
                  ErrorCode.EXEC_WEIGHTS_MISSING,
                  "model %s was still being loaded when the window ended"
                      .formatted(batch.infer().model()))
              : new Refusal(ErrorCode.INPUT_TOO_LATE, "inputs were missing when the window ended");
      refuse(batch, refusal, nowNanos, out);
    }
  }

  /** When the next batch that still waits has missed its window; the end of time if none does. */
  long nextExpiryNanos() {
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long latestNanos = waiting.first().infer().window().latestNanos();
    return latestNanos == Long.MAX_VALUE ? latestNanos : latestNanos + 1;
  }

  void refuseAll(Refusal refusal, long nowNanos, WorkerCommands out) {
    for (Batch batch : List.copyOf(batches.values())) {
      refuse(batch, refusal, nowNanos, out);
    }
  }

  /** A task that is out for this batch finds it gone when it ends, and clears up. */
  private void refuse(Batch batch, Refusal refusal, long nowNanos, WorkerCommands out) {
    if (batch.phase() == Batch.Phase.WEIGHTS_TO_COME) {
      out.run(batch.release());
    }
    leave(batch);
    ledger.refuse(batch.infer().id(), refusal, nowNanos, out);
  }

  private void leave(Batch batch) {
    batches.remove(batch.infer().id());
    waiting.remove(batch);
    batch.weights().leave(batch);
    if (batch.phase() == Batch.Phase.INPUTS_TO_COME) {
      for (Action.Part part : batch.parts()) {
        awaited.remove(part.request());
      }
    }
  }
}
