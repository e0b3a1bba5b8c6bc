package org.clockwork.launcher.cluster;

import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Lock;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Who of several controllers decides: the one that has the cluster-wide lock. The others wait; when
 * its holder leaves, in whatever way, the cluster gives the lock to one of them. After a split both
 * parts may have a holder; what fences the older is the {@linkplain #term() term}.
 */
public final class Leadership {
  private static final String MAP = "clockwork.controller";
  private static final String LOCK = "leader";
  private static final String TERM = "term";

  private final Node node;

  public Leadership(Node node) {
    this.node = node;
  }

  /**
   * Completes when this node leads, be it after days; fails when this node leaves before. Each call
   * stands in line by itself.
   *
   * <p>Hazelcast's lock belongs to the thread that takes it, and one that has it takes it again: so
   * each call waits on a thread of its own, and not in a pool (as the lock of Vert.x does, whose
   * threads would moreover be told to be blocked).
   */
  public Future<Lock> awaited() {
    Promise<Lock> granted = Promise.promise();
    Thread.ofPlatform()
        .daemon()
        .name("leadership")
        .start(
            () -> {
              try {
                IMap<String, Object> map = node.hazelcast().getMap(MAP);
                map.lock(LOCK);
                granted.complete(new Held(node, map));
              } catch (RuntimeException e) {
                granted.fail(e);
              }
            });
    return granted.future();
  }

  /**
   * A number that is greater than any that was given before in this cluster: the time in
   * milliseconds, or one more than the last. So it grows even when the whole cluster was gone in
   * between, as long as clocks don't go back further than that.
   */
  public Future<Long> term() {
    return node.vertx().sharedData().<String, Long>getClusterWideMap(MAP).compose(this::next);
  }

  /** Whoever comes second finds another number than it has read, and tries again. */
  private Future<Long> next(AsyncMap<String, Long> map) {
    return map.get(TERM)
        .compose(
            last -> {
              if (last == null) {
                long first = System.currentTimeMillis();
                return map.putIfAbsent(TERM, first)
                    .compose(other -> other == null ? Future.succeededFuture(first) : next(map));
              }
              long next = Math.max(last + 1, System.currentTimeMillis());
              return map.replaceIfPresent(TERM, last, next)
                  .compose(taken -> taken ? Future.succeededFuture(next) : next(map));
            });
  }

  /** The lock, until it is released once. */
  private static final class Held implements Lock {
    private final Node node;
    private final IMap<String, Object> map;
    private final AtomicBoolean released = new AtomicBoolean();

    private Held(Node node, IMap<String, Object> map) {
      this.node = node;
      this.map = map;
    }

    @Override
    public void release() {
      if (released.compareAndSet(false, true)) {
        // Not by the thread that took it, which has ended: hence by force.
        node.vertx()
            .executeBlocking(
                () -> {
                  map.forceUnlock(LOCK);
                  return null;
                },
                false);
      }
    }
  }
}
