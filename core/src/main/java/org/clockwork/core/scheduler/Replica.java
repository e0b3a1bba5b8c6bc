package org.clockwork.core.scheduler;

import org.clockwork.core.heap.Heap;

/** A model on one GPU that has its weights, or will have. */
public final class Replica {
  private final Model model;
  private final Residence residence;
  private final Gpu gpu;
  private final Estimates estimates;
  final Heap.Slot<Replica> candidate;

  Replica(Model model, Residence residence) {
    this.model = model;
    this.residence = residence;
    this.gpu = residence.gpu();
    this.estimates = model.estimatesOn(gpu);
    this.candidate = new Heap.Slot<>(this, model.tie());
  }

  public Model model() {
    return model;
  }

  /** Of the weights that it runs on. */
  public Residence residence() {
    return residence;
  }

  public Gpu gpu() {
    return gpu;
  }

  /** Of its model on its GPU's kind. */
  public Estimates estimates() {
    return estimates;
  }

  public boolean resident() {
    return residence.resident();
  }

  /**
   * Its place among the models that its GPU could run next. Policies key it by urgency; it leaves
   * the heap with the replica.
   */
  public Heap.Slot<Replica> candidate() {
    return candidate;
  }
}
