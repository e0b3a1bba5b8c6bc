package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * Weights in the pages of one GPU, or on the way there: a replica of each model that runs on them.
 */
public final class Residence {
  enum State {
    LOADING,
    RESIDENT,
    GONE
  }

  private final Weights weights;
  private final Gpu gpu;
  private final int pages;
  private final List<Replica> replicas;

  State state;

  /** INFERs sent and not ended, of all replicas. */
  int infers;

  Residence(Weights weights, Gpu gpu, State state) {
    this.weights = weights;
    this.gpu = gpu;
    this.pages = weights.pagesOn(gpu);
    this.state = state;
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

  /** Nothing was sent that needs them where they are. */
  public boolean idle() {
    return state == State.RESIDENT && infers == 0;
  }
}
