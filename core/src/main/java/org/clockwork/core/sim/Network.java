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

  private record Link(String from, String to) {}

  Network(Agenda agenda, Conditions conditions, RandomGenerator chance) {
    this.agenda = agenda;
    this.conditions = conditions;
    this.chance = chance;
  }

  void carry(String from, String to, Runnable delivery) {
    long legNanos =
        Math.max(
            0,
            Math.min(
                conditions.longestLegNanos(),
                conditions.legNanos()
                    + Math.round(chance.nextGaussian() * conditions.legSigmaNanos())));
    long arrivalNanos =
        lastArrivalNanos.merge(new Link(from, to), agenda.nowNanos() + legNanos, Math::max);
    agenda.at(arrivalNanos, delivery);
  }
}
