package org.clockwork.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoleLoopsTest {
  private final Vertx vertx = Vertx.vertx(RoleLoops.options());
  private final RoleLoops loops = new RoleLoops(vertx);
  private final List<String> stopped = new CopyOnWriteArrayList<>();

  /** Starts when it is told to. */
  private final class Slow extends VerticleBase {
    private final String name;
    private final Promise<Void> started = Promise.promise();

    Slow(String name) {
      this.name = name;
    }

    @Override
    public Future<?> start() {
      return started.future();
    }

    @Override
    public Future<?> stop() {
      stopped.add(name);
      return Future.succeededFuture();
    }
  }

  @AfterEach
  void close() throws Exception {
    await(vertx.close());
  }

  @Test
  void whatIsStillStartingIsAwaitedAndThenStoppedInItsTurn() throws Exception {
    Slow first = new Slow("first");
    Slow second = new Slow("second");
    Slow broken = new Slow("broken");
    first.started.complete();
    await(loops.deploy(RoleLoops.OWN, first));
    Future<Void> starting = loops.deploy(RoleLoops.OTHER, second);
    Future<Void> failing = loops.deploy(RoleLoops.OWN, broken);
    Future<Void> over = loops.undeployAll();
    assertFalse(over.isComplete());
    second.started.complete();
    broken.started.fail("can't");
    await(over);
    assertTrue(starting.succeeded());
    assertTrue(failing.failed());
    assertEquals(List.of("second", "first"), stopped);
    assertEquals(0, vertx.deploymentIDs().size());
  }

  @Test
  void whatHasStoppedDoesNotStart() throws Exception {
    await(loops.undeployAll());
    Future<Void> late = loops.deploy(RoleLoops.OWN, new Slow("late"));
    ExecutionException refused = assertThrows(ExecutionException.class, () -> await(late));
    assertEquals("stopped before it had started", refused.getCause().getMessage());
    assertEquals(0, vertx.deploymentIDs().size());
  }

  private static void await(Future<?> future) throws Exception {
    future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
