package org.clockwork.core.scheduler;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The requests that wait for one model, by deadline; among equal ones in the order of arrival. */
public final class RequestQueue {
  private final NavigableMap<Place, Pending> byPlace = new TreeMap<>();
  private int rows;

  /** Requests of several rows, or that run by themselves. */
  private int others;

  /** Where a request stands in its queue. */
  record Place(long deadlineNanos, long sequence) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byDeadline = Long.compare(deadlineNanos, other.deadlineNanos);
      return byDeadline != 0 ? byDeadline : Long.compare(sequence, other.sequence);
    }
  }

  public boolean isEmpty() {
    return byPlace.isEmpty();
  }

  /** Whether all of them have one row and go together with any other. */
  public boolean plain() {
    return others == 0;
  }

  /** Rows of all requests together. */
  public int rows() {
    return rows;
  }

  public int size() {
    return byPlace.size();
  }

  /** The one with the earliest deadline. */
  public Pending first() {
    return byPlace.firstEntry().getValue();
  }

  /** The one with the latest deadline. */
  public Pending last() {
    return byPlace.lastEntry().getValue();
  }

  public Optional<Pending> head() {
    return isEmpty() ? Optional.empty() : Optional.of(first());
  }

  /** The one that stands behind this one, which need not be in the queue any more. */
  public Optional<Pending> after(Pending pending) {
    return Optional.ofNullable(byPlace.higherEntry(pending.place())).map(entry -> entry.getValue());
  }

  /** The first one whose deadline is not before this. */
  public Optional<Pending> headFrom(long deadlineNanos) {
    return Optional.ofNullable(byPlace.ceilingEntry(new Place(deadlineNanos, Long.MIN_VALUE)))
        .map(entry -> entry.getValue());
  }

  /** Those whose deadline is not before this, in order. */
  public Collection<Pending> from(long deadlineNanos) {
    return byPlace.isEmpty() || byPlace.firstKey().deadlineNanos() >= deadlineNanos
        ? Collections.unmodifiableCollection(byPlace.values())
        : byPlace.tailMap(new Place(deadlineNanos, Long.MIN_VALUE), true).values();
  }

  /** All of them, as they stand now. */
  public List<Pending> snapshot() {
    return List.copyOf(byPlace.values());
  }

  void add(Pending pending) {
    byPlace.put(pending.place(), pending);
    rows += pending.rows();
    others += plain(pending) ? 0 : 1;
  }

  void remove(Pending pending) {
    if (byPlace.remove(pending.place()) != null) {
      rows -= pending.rows();
      others -= plain(pending) ? 0 : 1;
    }
  }

  /** What it is does not change while it is queued. */
  private static boolean plain(Pending pending) {
    return pending.rows() == 1 && !pending.alone();
  }
}
