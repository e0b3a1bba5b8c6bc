package org.clockwork.core.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Carries messages with delay and jitter; those from one node to another arrive in order. */
final class Network {
  private final Agenda agenda;
  private final Conditions conditions;
  private final RandomGenerator chance;
  private final Map<Ends, Link> links = new HashMap<>();

  private record Ends(String from, String to) {}

  /** From one node to another. */
  private static final class Link {
    private long lastArrivalNanos = Long.MIN_VALUE;

    /** Of tensors. */
    private long freeAtNanos = Long.MIN_VALUE;
  }

  Network(Agenda agenda, Conditions conditions, RandomGenerator chance) {
    this.agenda = agenda;
    this.conditions = conditions;
    this.chance = chance;
  }

  /** Tensors, which take their time one after the other on a connection of their own. */
  void carry(Legs.Leg leg, String from, String to, long bytes, Runnable delivery) {
    if (conditions.linkBytesPerSecond() == 0) {
      carry(leg, from, to, delivery);
      return;
    }
    Link link = link(from, to);
    long beginNanos = Math.max(agenda.nowNanos(), link.freeAtNanos);
    long throughNanos =
        beginNanos + (long) Math.ceil(bytes * 1e9 / conditions.linkBytesPerSecond());
    link.freeAtNanos = throughNanos;
    agenda.at(throughNanos, () -> carry(leg, from, to, delivery));
  }

  void carry(Legs.Leg leg, String from, String to, Runnable delivery) {
    long legNanos = conditions.legs().nanos(leg, agenda.nowNanos(), chance);
    Link link = link(from, to);
    link.lastArrivalNanos = Math.max(link.lastArrivalNanos, agenda.nowNanos() + legNanos);
    agenda.at(link.lastArrivalNanos, delivery);
  }

  private Link link(String from, String to) {
    return links.computeIfAbsent(new Ends(from, to), _ -> new Link());
  }
}
