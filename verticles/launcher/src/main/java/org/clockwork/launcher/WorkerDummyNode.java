package org.clockwork.launcher;

/** A worker with simulated GPUs alone, to deploy by name; its config is that of worker.json. */
public final class WorkerDummyNode extends RoleVerticle {
  public WorkerDummyNode() {
    super(RoleKind.WORKER_DUMMY);
  }
}
