package org.clockwork.core.scheduler;

import java.util.Optional;
import org.clockwork.core.action.Span;
import org.clockwork.core.heap.Heap;

/** A model in the pages of one GPU, or on the way there. */
public final class Replica {
  enum State {
    LOADING,
    RESIDENT,
    GONE
  }

  private final Model model;
  private final Gpu gpu;
  private final Estimates estimates;
  private final int pages;
  final Heap.Slot<Replica> candidate;

  State state;

  /** When its weights came; empty where they are on their way, or came before this controller. */
  private Optional<Span> load = Optional.empty();

  /** INFERs sent and not ended. */
  int infers;

  Replica(Model model, Gpu gpu, State state) {
    this.model = model;
    this.gpu = gpu;
    this.estimates = model.estimatesOn(gpu);
    this.pages = estimates.pages();
    this.state = state;
    this.candidate = new Heap.Slot<>(this, model.id().value());
  }

  public Model model() {
    return model;
  }

  public Gpu gpu() {
    return gpu;
  }

  /** Of its model on its GPU's kind. */
  public Estimates estimates() {
    return estimates;
  }

  /** Pages that it fills or reserves. */
  public int pages() {
    return pages;
  }

  public boolean resident() {
    return state == State.RESIDENT;
  }

  /** Its weights are here now. */
  void loaded(Span span) {
    load = Optional.of(span);
  }

  /** How much of the time from then to then its weights were being brought here. */
  long loadedNanos(long fromNanos, long untilNanos) {
    return load.map(
            span ->
                Math.min(span.endedNanos(), untilNanos) - Math.max(span.begunNanos(), fromNanos))
        .filter(nanos -> nanos > 0)
        .orElse(0L);
  }

  /** Nothing was sent that needs it where it is. */
  public boolean idle() {
    return state == State.RESIDENT && infers == 0;
  }

  /**
   * Its place among the models that its GPU could run next. Policies key it by urgency; it leaves
   * the heap with the replica.
   */
  public Heap.Slot<Replica> candidate() {
    return candidate;
  }
}
