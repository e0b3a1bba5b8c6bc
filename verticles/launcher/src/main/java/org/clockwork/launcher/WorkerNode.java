package org.clockwork.launcher;

/** A worker as a verticle to deploy by name; its config is that of worker.json. */
public final class WorkerNode extends RoleVerticle {
  public WorkerNode() {
    super(RoleKind.WORKER);
  }
}
