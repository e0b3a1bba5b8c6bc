package org.clockwork.codecs.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.scheduler.Chronicle;
import org.clockwork.core.scheduler.Event;

/** Makes turns of what a scheduler is told and commands, and hands each on when it is whole. */
public final class Recorder implements Chronicle {
  private final Consumer<Entry.Turn> turns;
  private final List<Command> commands = new ArrayList<>();
  private Event event = new Event.WakeUp();
  private long nanos;

  public Recorder(Consumer<Entry.Turn> turns) {
    this.turns = turns;
  }

  @Override
  public void begins(Event happened, long now) {
    event = happened;
    nanos = now;
    commands.clear();
  }

  @Override
  public void ends() {
    turns.accept(new Entry.Turn(event, nanos, commands, false));
  }

  @Override
  public void breaks() {
    turns.accept(new Entry.Turn(event, nanos, commands, true));
  }

  @Override
  public void send(WorkerId worker, Action action) {
    commands.add(new Command.Send(worker, withInputsSummed(action)));
  }

  @Override
  public void tell(Verdict verdict) {
    commands.add(new Command.Tell(verdict));
  }

  @Override
  public void publish(ModelStatus status) {
    commands.add(new Command.Publish(status));
  }

  @Override
  public void wakeAt(long wakeNanos) {
    commands.add(new Command.WakeAt(wakeNanos));
  }

  /** An input stands in its request's event already; here its size and check sum do. */
  private static Action withInputsSummed(Action action) {
    if (!(action instanceof Action.Infer infer)
        || infer.parts().stream().noneMatch(part -> part.input() instanceof Input.Inline)) {
      return action;
    }
    List<Action.Part> parts =
        infer.parts().stream()
            .map(part -> new Action.Part(part.request(), part.rows(), summed(part.input())))
            .toList();
    return new Action.Infer(
        infer.id(),
        infer.gpu(),
        infer.model(),
        infer.bucket(),
        infer.batch(),
        parts,
        infer.window());
  }

  private static Input summed(Input input) {
    return switch (input) {
      case Input.Inline(Tensors tensors) ->
          new Input.Inline(
              new Tensors(tensors.rows(), tensors.buffers().stream().map(Recorder::sum).toList()));
      case Input.Held _, Input.Generated _ -> input;
    };
  }

  private static ByteBuffer sum(ByteBuffer content) {
    CRC32C sum = new CRC32C();
    sum.update(content.duplicate());
    return ByteBuffer.allocate(2 * Integer.BYTES)
        .putInt(content.remaining())
        .putInt((int) sum.getValue())
        .flip()
        .asReadOnlyBuffer();
  }
}
