package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.Span;

/**
 * Weights in the pages of one GPU, or on the way there: a replica of each model that runs on them.
 */
public final class Residence {
  private enum State {
    LOADING,
    RESIDENT,
    GONE
  }

  private final Weights weights;
  private final Gpu gpu;
  private final int pages;
  private final List<Replica> replicas;

  private State state = State.LOADING;

  /** When they came; empty where they are on their way, or came before this controller. */
  private Optional<Span> load = Optional.empty();

  /** INFERs sent and not ended, of all replicas. */
  int infers;

  /** They are on their way. */
  Residence(Weights weights, Gpu gpu) {
    this.weights = weights;
    this.gpu = gpu;
    this.pages = weights.pagesOn(gpu);
    List<Replica> made = new ArrayList<>();
    for (Model model : weights.models()) {
      made.add(new Replica(model, this));
    }
    this.replicas = List.copyOf(made);
  }

  public Weights weights() {
    return weights;
  }

  public Gpu gpu() {
    return gpu;
  }

  /** Pages that they fill or reserve. */
  public int pages() {
    return pages;
  }

  /** One for each bucket of the model, the shortest first. */
  public List<Replica> replicas() {
    return replicas;
  }

  public boolean resident() {
    return state == State.RESIDENT;
  }

  /** What runs on them can be run from now on. */
  void came() {
    state = State.RESIDENT;
    for (Replica replica : replicas) {
      replica.model().residents++;
    }
  }

  /** Nothing can be run on them any more. */
  void goes() {
    if (state == State.RESIDENT) {
      for (Replica replica : replicas) {
        replica.model().residents--;
      }
    }
    state = State.GONE;
  }

  /** When they were brought here. */
  void loaded(Span span) {
    load = Optional.of(span);
  }

  /** How much of the time from then to then they were being brought here. */
  long loadedNanos(long fromNanos, long untilNanos) {
    return load.map(
            span ->
                Math.min(span.endedNanos(), untilNanos) - Math.max(span.begunNanos(), fromNanos))
        .filter(nanos -> nanos > 0)
        .orElse(0L);
  }

  /** Nothing was sent that needs them where they are. */
  public boolean idle() {
    return state == State.RESIDENT && infers == 0;
  }

  @Override
  public String toString() {
    return "%s on %s (%s, %d INFERs outstanding)".formatted(weights, gpu, state, infers);
  }
}
