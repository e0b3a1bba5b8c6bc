package org.clockwork.core.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Carries messages with delay and jitter; those from one node to another arrive in order. */
final class Network {
  private final Agenda agenda;
  private final Conditions conditions;
  private final RandomGenerator chance;
  private final Map<Link, Long> lastArrivalNanos = new HashMap<>();
  private final Map<Link, Long> freeAtNanos = new HashMap<>();

  private record Link(String from, String to) {}

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
    Link link = new Link(from, to);
    long beginNanos = Math.max(agenda.nowNanos(), freeAtNanos.getOrDefault(link, Long.MIN_VALUE));
    long throughNanos =
        beginNanos + (long) Math.ceil(bytes * 1e9 / conditions.linkBytesPerSecond());
    freeAtNanos.put(link, throughNanos);
    agenda.at(throughNanos, () -> carry(leg, from, to, delivery));
  }

  void carry(Legs.Leg leg, String from, String to, Runnable delivery) {
    long legNanos = conditions.legs().nanos(leg, agenda.nowNanos(), chance);
    long arrivalNanos =
        lastArrivalNanos.merge(new Link(from, to), agenda.nowNanos() + legNanos, Math::max);
    agenda.at(arrivalNanos, delivery);
  }
}
