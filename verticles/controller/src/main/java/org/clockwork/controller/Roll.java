package org.clockwork.controller;

import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.clockwork.core.cluster.NodeId;

/**
 * Who is there of one kind, workers or gateways. Each has joined once its clock is known, and has
 * left when it says so, when its process has gone or when it does not answer any more.
 *
 * @param <K> names one of them
 * @param <A> what it says of itself
 */
final class Roll<K, A> {
  private final Vertx vertx;
  private final LongSupplier clock;
  private final long term;
  private final Function<K, String> clockAddress;
  private final Listener<K, A> listener;
  private final Map<K, Member> members = new HashMap<>();

  /** Hears of all comings and goings, on the controller's event loop. */
  interface Listener<K, A> {
    /** Before the first sample of its clock. */
    void comes(K id, NodeId node);

    /** As {@link Pulse.Listener#sample}. */
    void sample(K id, long sentNanos, long answeredNanos, long arrivedNanos);

    /** Once its clock is known, and whenever it says something new. */
    void joined(A announcement);

    void left(K id);
  }

  Roll(
      Vertx vertx,
      LongSupplier clock,
      long term,
      Function<K, String> clockAddress,
      Listener<K, A> listener) {
    this.vertx = vertx;
    this.clock = clock;
    this.term = term;
    this.clockAddress = clockAddress;
    this.listener = listener;
  }

  void announced(K id, NodeId node, A announcement) {
    Member member = members.get(id);
    if (member != null && member.node.equals(node)) {
      member.announced(announcement);
      return;
    }
    left(id); // Started anew, before anybody noticed that it had gone.
    listener.comes(id, node);
    Member newcomer = new Member(id, node, announcement);
    members.put(id, newcomer);
    newcomer.pulse.begin();
  }

  void left(K id) {
    Member member = members.remove(id);
    if (member != null) {
      member.pulse.end();
      listener.left(id);
    }
  }

  /** A process has gone, and whoever was in it. */
  void nodeLeft(NodeId node) {
    for (Member member : List.copyOf(members.values())) {
      if (member.node.equals(node)) {
        left(member.id);
      }
    }
  }

  private final class Member implements Pulse.Listener {
    private final K id;
    private final NodeId node;
    private final Pulse pulse;
    private A announcement;

    Member(K id, NodeId node, A announcement) {
      this.id = id;
      this.node = node;
      this.announcement = announcement;
      this.pulse = new Pulse(vertx, clockAddress.apply(id), clock, term, this);
    }

    void announced(A news) {
      announcement = news;
      if (pulse.ready()) {
        listener.joined(news);
      }
    }

    @Override
    public void sample(long sentNanos, long answeredNanos, long arrivedNanos) {
      listener.sample(id, sentNanos, answeredNanos, arrivedNanos);
    }

    @Override
    public void ready() {
      listener.joined(announcement);
    }

    @Override
    public void lost() {
      left(id);
    }
  }
}
