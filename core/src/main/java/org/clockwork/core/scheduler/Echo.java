package org.clockwork.core.scheduler;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.telemetry.Telemetry;

/**
 * The published test controller ECHO: stands between the scheduler and its workers and answers what
 * was meant for their GPUs itself, at once, with zeroes of the model's shape. Nothing is executed
 * and no input leaves its gateway, so what remains to be measured is front end, network and
 * scheduler. Models are still registered by workers, which know their shapes.
 */
public final class Echo implements Commands {
  private final Commands onward;
  private final Consumer<Outputs> outputs;
  private final Queue<Event.ActionEnded> ended = new ArrayDeque<>();
  private final Map<ModelId, ModelSpec> models = new HashMap<>();

  /** As long as the longest output so far; all outputs are views of it. */
  private ByteBuffer zeroes = ByteBuffer.allocate(0);

  private long nowNanos;

  /**
   * @param onward carries out everything else
   * @param outputs takes each answer, to the gateway that its request names
   */
  public Echo(Commands onward, Consumer<Outputs> outputs) {
    this.onward = onward;
    this.outputs = outputs;
  }

  /** To be told before each event that the scheduler gets: actions end when they are sent. */
  public void now(long nanos) {
    nowNanos = nanos;
  }

  /** The end of an action that is yet to be told to the scheduler, which may then want more. */
  public Optional<Event.ActionEnded> ended() {
    return Optional.ofNullable(ended.poll());
  }

  @Override
  public void send(WorkerId worker, Action action) {
    Span none = new Span(nowNanos, nowNanos);
    Outcome.Stamps stamps = new Outcome.Stamps(nowNanos, nowNanos);
    switch (action) {
      case Action.Register _, Action.Withdraw _ -> onward.send(worker, action);
      case Action.Infer infer -> {
        answer(infer, new GpuId(worker, infer.gpu()));
        ends(worker, new Outcome.Inferred(infer.id(), none, none, none, stamps));
      }
      case Action.Load load -> ends(worker, new Outcome.Loaded(load.id(), none, stamps));
      case Action.Unload unload -> ends(worker, new Outcome.Unloaded(unload.id(), stamps));
    }
  }

  private void ends(WorkerId worker, Outcome outcome) {
    ended.add(new Event.ActionEnded(worker, outcome));
  }

  private void answer(Action.Infer infer, GpuId gpu) {
    for (Action.Part part : infer.parts()) {
      Tensors tensors = zeroes(models.get(infer.model()).bucket(infer.bucket()), part.rows());
      outputs.accept(new Outputs(part.request(), tensors, gpu, infer.batch(), 0, 0, 0));
    }
  }

  private Tensors zeroes(ModelSpec model, int rows) {
    List<ByteBuffer> buffers = new ArrayList<>(model.outputs().size());
    for (TensorSpec output : model.outputs()) {
      int bytes = Math.multiplyExact(output.bytes(), rows);
      if (bytes > zeroes.capacity()) {
        zeroes = ByteBuffer.allocate(bytes).asReadOnlyBuffer();
      }
      buffers.add(zeroes.slice(0, bytes));
    }
    return new Tensors(rows, buffers);
  }

  /** A gateway would push inputs on it, to a worker that waits for none. */
  @Override
  public void tell(Verdict verdict) {
    if (!(verdict instanceof Verdict.Dispatched)) {
      onward.tell(verdict);
    }
  }

  @Override
  public void publish(ModelStatus status) {
    switch (status) {
      case ModelStatus.Ready ready -> models.put(ready.id(), ready.spec());
      case ModelStatus.Gone(String name) ->
          models.values().removeIf(spec -> spec.name().equals(name));
      case ModelStatus.Registering _, ModelStatus.Unavailable _, ModelStatus.Versioned _ -> {}
    }
    onward.publish(status);
  }

  @Override
  public void wakeAt(long nanos) {
    onward.wakeAt(nanos);
  }

  @Override
  public void emit(Telemetry event) {
    onward.emit(event);
  }
}
