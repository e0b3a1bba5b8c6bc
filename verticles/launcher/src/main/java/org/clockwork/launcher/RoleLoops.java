package org.clockwork.launcher;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The event loops of a role: its own, and one more for everything else, above all the event bus,
 * which all roles of a process share. More cost wake-ups and bring nothing on a small machine.
 */
final class RoleLoops {
  static final int OWN = 0;
  static final int OTHER = 1;
  private static final int COUNT = 2;

  /** Where the first of those is that {@link #optionsWith} adds. */
  static final int MORE = COUNT;

  private final Vertx vertx;
  private final EventLoops loops;
  private final int own;
  private final int more;

  // Of what is done in turn:
  /** The last one first; some of them may still be starting, or have failed. */
  private final Deque<Future<String>> deployments = new ArrayDeque<>();

  private boolean closed;

  RoleLoops(Vertx vertx) {
    this(vertx, 0);
  }

  /** With so many more event loops than most roles have. */
  RoleLoops(Vertx vertx, int more) {
    this(vertx, new EventLoops(vertx, COUNT + more), OWN, MORE);
  }

  private RoleLoops(Vertx vertx, EventLoops loops, int own, int more) {
    this.vertx = vertx;
    this.loops = loops;
    this.own = own;
    this.more = more;
  }

  /**
   * For several roles in one process: each has an event loop of its own, and the last one those
   * that are added.
   *
   * @param more event loops beside one for each role and the one that they share
   */
  static List<RoleLoops> ofRoles(Vertx vertx, int roles, int more) {
    EventLoops loops = new EventLoops(vertx, roles + 1 + more);
    List<RoleLoops> each = new ArrayList<>();
    for (int role = 0; role < roles; role++) {
      // Number 1 is the shared one.
      each.add(new RoleLoops(vertx, loops, role == 0 ? OWN : role + OTHER, roles + 1));
    }
    return each;
  }

  static VertxOptions options() {
    return optionsWith(0);
  }

  static VertxOptions optionsWith(int more) {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setEventLoopPoolSize(COUNT + more)
        // Vert.x would make a folder of its own for files from the class path; there are none.
        .setFileSystemOptions(
            new FileSystemOptions()
                .setClassPathResolvingEnabled(false)
                .setFileCachingEnabled(false));
  }

  /** Fails after {@link #undeployAll}: a role that has stopped doesn't start. */
  Future<Void> deploy(int loop, Deployable verticle) {
    return loops.inTurn(
        () -> {
          if (closed) {
            return Future.failedFuture("stopped before it had started");
          }
          loops.aimAt(
              switch (loop) {
                case OWN -> own;
                case OTHER -> OTHER;
                default -> more + loop - MORE;
              });
          Future<String> deployment = vertx.deployVerticle(verticle, new DeploymentOptions());
          deployments.addFirst(deployment);
          return deployment.mapEmpty();
        });
  }

  /**
   * The last one first. Awaits what is still starting: Vert.x has no way to end that, and breaks
   * when it is closed meanwhile.
   */
  Future<Void> undeployAll() {
    return loops.inTurn(
        () -> {
          closed = true;
          Future<Void> stopped = Future.succeededFuture();
          while (!deployments.isEmpty()) {
            Future<String> next = deployments.removeFirst();
            stopped =
                stopped.transform(_ -> next.compose(vertx::undeploy)).otherwiseEmpty().mapEmpty();
          }
          return stopped;
        });
  }
}
