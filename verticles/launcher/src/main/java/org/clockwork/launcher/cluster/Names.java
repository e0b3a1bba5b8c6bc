package org.clockwork.launcher.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.launcher.config.UnusableException;

/**
 * Names that one node of the cluster has at a time: a second worker {@code W0} would get the
 * actions of the first. A name is free again when its holder has left, in whatever way.
 */
public final class Names {
  /**
   * How long a newcomer waits for a holder that may be gone already: a process that was killed and
   * restarted can be back before the others have noticed (at most {@code
   * hazelcast.max.no.heartbeat.seconds}, 5 s).
   */
  private static final long PATIENCE_MILLIS = 6_000;

  private final Node node;
  private final long patienceMillis;
  private final Set<String> kinds = ConcurrentHashMap.newKeySet();
  private final Set<Map.Entry<String, String>> own = ConcurrentHashMap.newKeySet();

  public Names(Node node) {
    this(node, PATIENCE_MILLIS);
  }

  /**
   * @param patienceMillis how long a claim waits for a holder to leave
   */
  public Names(Node node, long patienceMillis) {
    this.node = node;
    this.patienceMillis = patienceMillis;
    node.onMemberLeft(this::forget);
  }

  /**
   * Takes a name until this node leaves. Fails with an {@link UnusableException} where another has
   * it and stays.
   *
   * @param kind what is named: {@code worker}
   */
  public Future<Void> claim(String kind, String id) {
    if (!own.add(Map.entry(kind, id))) {
      return Future.failedFuture(used(kind, id, "this process"));
    }
    kinds.add(kind);
    return names(kind)
        .compose(names -> take(names, kind, id, true))
        .onFailure(_ -> own.remove(Map.entry(kind, id)));
  }

  /**
   * Takes the first of {@code W0}, {@code W1} and so on that nobody has.
   *
   * @param prefix what the names begin with
   */
  public Future<String> claimFirst(String kind, String prefix) {
    kinds.add(kind);
    return names(kind).compose(names -> firstFree(names, kind, prefix, 0));
  }

  private Future<String> firstFree(
      AsyncMap<String, String> names, String kind, String prefix, int number) {
    String id = prefix + number;
    return names
        .putIfAbsent(id, node.id().value())
        .compose(
            holder -> {
              if (holder == null && own.add(Map.entry(kind, id))) {
                return Future.succeededFuture(id);
              }
              return firstFree(names, kind, prefix, number + 1);
            });
  }

  /** A number that nobody in this cluster has had before: 0, 1 and so on. */
  public Future<Long> number(String of) {
    return node.vertx()
        .sharedData()
        .<String, Long>getClusterWideMap("clockwork.numbers")
        .compose(numbers -> number(numbers, of));
  }

  /** Whoever comes second finds another number than it has read, and tries again. */
  private static Future<Long> number(AsyncMap<String, Long> numbers, String of) {
    return numbers
        .putIfAbsent(of, 0L)
        .compose(
            last ->
                last == null
                    ? Future.succeededFuture(0L)
                    : numbers
                        .replaceIfPresent(of, last, last + 1)
                        .compose(
                            taken ->
                                taken ? Future.succeededFuture(last + 1) : number(numbers, of)));
  }

  private Future<Void> take(
      AsyncMap<String, String> names, String kind, String id, boolean mayWait) {
    String self = node.id().value();
    return names
        .putIfAbsent(id, self)
        .compose(
            holder -> {
              if (holder == null || holder.equals(self)) {
                return Future.succeededFuture();
              }
              NodeId other = new NodeId(holder);
              if (!node.members().contains(other)) {
                return names
                    .replaceIfPresent(id, holder, self)
                    .compose(
                        taken -> taken ? Future.succeededFuture() : take(names, kind, id, mayWait));
              }
              return mayWait
                  ? departure(other).compose(_ -> take(names, kind, id, false))
                  : Future.failedFuture(used(kind, id, node.described(other)));
            });
  }

  /** Completes when that node has left or patience is over, whichever comes first. */
  private Future<Void> departure(NodeId other) {
    Promise<Void> waited = Promise.promise();
    MemberWatch watch =
        node.watch(
            _ -> {},
            gone -> {
              if (gone.equals(other)) {
                waited.tryComplete();
              }
            });
    long timer = node.vertx().setTimer(patienceMillis, _ -> waited.tryComplete());
    if (!node.members().contains(other)) {
      waited.tryComplete();
    }
    return waited
        .future()
        .onComplete(
            _ -> {
              node.unwatch(watch);
              node.vertx().cancelTimer(timer);
            });
  }

  /** Else the names of all nodes that ever were would stay. */
  private void forget(NodeId gone) {
    for (String kind : kinds) {
      names(kind)
          .compose(
              names ->
                  names
                      .entries()
                      .onSuccess(
                          entries ->
                              entries.forEach(
                                  (id, holder) -> {
                                    if (holder.equals(gone.value())) {
                                      names.removeIfPresent(id, holder);
                                    }
                                  })));
    }
  }

  private Future<AsyncMap<String, String>> names(String kind) {
    return node.vertx().sharedData().getClusterWideMap("clockwork." + kind + "s");
  }

  private static UnusableException used(String kind, String id, String holder) {
    return new UnusableException(
        "%s id %s is already used by %s; give this one another with --id"
            .formatted(kind, id, holder));
  }
}
