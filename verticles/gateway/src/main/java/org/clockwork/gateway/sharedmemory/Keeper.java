package org.clockwork.gateway.sharedmemory;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/**
 * Unmaps what clients have left behind: deployed before the doors, so that it is stopped after
 * them.
 */
public final class Keeper extends VerticleBase {
  private final SharedMemory memory;

  public Keeper(SharedMemory memory) {
    this.memory = memory;
  }

  @Override
  public Future<?> stop() {
    memory.unregisterAll();
    return Future.succeededFuture();
  }
}
