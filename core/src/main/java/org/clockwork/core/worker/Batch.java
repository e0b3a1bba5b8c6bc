package org.clockwork.core.worker;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.device.Device.Inference;

/** One INFER on its way from acceptance to outcome. */
final class Batch {
  /** Those whose window closes first come first; equal ones in the order of their actions. */
  static final Comparator<Batch> BY_LATEST =
      Comparator.comparingLong((Batch batch) -> batch.infer.window().latestNanos())
          .thenComparing(batch -> batch.infer.id());

  /** What the batch waits for. */
  enum Phase {
    INPUTS_TO_COME,
    INPUT,
    WEIGHTS_TO_COME,
    EXEC,
    OUTPUT
  }

  private final Action.Infer infer;
  private final Weights weights;
  private final Feed[] feeds;
  private Phase phase = Phase.INPUTS_TO_COME;
  private TaskResult.Copied copied;
  private Span exec;

  Batch(Action.Infer infer, Weights weights) {
    this.infer = infer;
    this.weights = weights;
    this.feeds = new Feed[infer.parts().size()];
  }

  Action.Infer infer() {
    return infer;
  }

  Weights weights() {
    return weights;
  }

  Phase phase() {
    return phase;
  }

  void give(int part, Feed feed) {
    feeds[part] = feed;
  }

  boolean hasInput(int part) {
    return feeds[part] != null;
  }

  boolean hasAllInputs() {
    for (int part = 0; part < feeds.length; part++) {
      if (!hasInput(part)) {
        return false;
      }
    }
    return true;
  }

  /**
   * INPUT never waits for its window to open, only for the executor; the most urgent goes first.
   */
  Task.Input input() {
    phase = Phase.INPUT;
    return new Task.Input(
        infer.id(),
        infer.gpu(),
        infer.model(),
        infer.bucket(),
        infer.batch(),
        Arrays.asList(feeds),
        new Window(Long.MIN_VALUE, infer.window().latestNanos()));
  }

  void copied(TaskResult.Copied result) {
    phase = Phase.WEIGHTS_TO_COME;
    copied = result;
    // The device has its own copy: a batch that waits for weights keeps no inputs alive.
    Arrays.fill(feeds, null);
  }

  Task.Exec exec() {
    phase = Phase.EXEC;
    return new Task.Exec(
        infer.id(),
        infer.gpu(),
        infer.model(),
        infer.bucket(),
        infer.batch(),
        inference(),
        infer.window());
  }

  Task.Output output(Span execSpan) {
    phase = Phase.OUTPUT;
    exec = execSpan;
    return new Task.Output(infer.id(), infer.gpu(), infer.model(), inference());
  }

  Task.Release release() {
    return new Task.Release(infer.id(), infer.gpu(), infer.model(), inference());
  }

  Span inputSpan() {
    return copied.span();
  }

  Span execSpan() {
    return exec;
  }

  List<Action.Part> parts() {
    return infer.parts();
  }

  private Inference inference() {
    return copied.inference();
  }
}
