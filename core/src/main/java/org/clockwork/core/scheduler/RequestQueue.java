package org.clockwork.core.scheduler;

import java.util.AbstractList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.RandomAccess;

/**
 * The requests that wait for one model, by deadline; among equal ones in the order of arrival. Kept
 * in a ring: most come at its end and leave at its beginning, and then nothing moves. Whatever else
 * happens moves those on the shorter side.
 */
public final class RequestQueue {
  private static final int CAPACITY_MIN = 16;

  private Pending[] ring = new Pending[CAPACITY_MIN]; // A power of two.
  private int start;
  private int size;
  private int rows;

  /** Requests of several rows, or that run by themselves. */
  private int others;

  public boolean isEmpty() {
    return size == 0;
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
    return size;
  }

  /** The one with the earliest deadline. */
  public Pending first() {
    return standing(0);
  }

  /** The one with the latest deadline. */
  public Pending last() {
    return standing(size - 1);
  }

  public Optional<Pending> head() {
    return isEmpty() ? Optional.empty() : Optional.of(first());
  }

  /** The one that stands behind this one, which need not be in the queue any more. */
  public Optional<Pending> after(Pending pending) {
    return optionally(indexOf(pending.deadlineNanos(), pending.sequence() + 1));
  }

  /** The first one whose deadline is not before this. */
  public Optional<Pending> headFrom(long deadlineNanos) {
    return optionally(indexFrom(deadlineNanos));
  }

  /** Those whose deadline is not before this, in order, for as long as the queue stays as it is. */
  public List<Pending> from(long deadlineNanos) {
    return new Tail(indexFrom(deadlineNanos));
  }

  /** All of them, the latest deadline first, for as long as the queue stays as it is. */
  public List<Pending> fromLast() {
    return new Tail(0).reversed();
  }

  /** All of them, as they stand now. */
  public List<Pending> snapshot() {
    return List.copyOf(new Tail(0));
  }

  void add(Pending pending) {
    if (size == ring.length) {
      grow();
    }
    int index = size == 0 || isBefore(last(), pending) ? size : indexOf(pending);
    if (index < size / 2) {
      start = wrapped(start - 1);
      for (int i = 0; i < index; i++) {
        put(i, at(i + 1));
      }
      size++;
    } else {
      size++;
      for (int i = size - 1; i > index; i--) {
        put(i, at(i - 1));
      }
    }
    put(index, pending);
    rows += pending.rows();
    others += plain(pending) ? 0 : 1;
  }

  void remove(Pending pending) {
    int index = size > 0 && first() == pending ? 0 : indexOf(pending);
    if (index == size || at(index) != pending) {
      return;
    }
    if (index < size / 2) {
      for (int i = index; i > 0; i--) {
        put(i, at(i - 1));
      }
      put(0, null);
      start = wrapped(start + 1);
    } else {
      for (int i = index; i < size - 1; i++) {
        put(i, at(i + 1));
      }
      put(size - 1, null);
    }
    size--;
    rows -= pending.rows();
    others -= plain(pending) ? 0 : 1;
  }

  private final class Tail extends AbstractList<Pending> implements RandomAccess {
    private final int from;

    private Tail(int from) {
      this.from = from;
    }

    @Override
    public Pending get(int index) {
      return at(from + index);
    }

    @Override
    public int size() {
      return size - from;
    }
  }

  private Optional<Pending> optionally(int index) {
    return index < size ? Optional.of(at(index)) : Optional.empty();
  }

  private int indexFrom(long deadlineNanos) {
    return size == 0 || first().deadlineNanos() >= deadlineNanos
        ? 0
        : indexOf(deadlineNanos, Long.MIN_VALUE);
  }

  private int indexOf(Pending pending) {
    return indexOf(pending.deadlineNanos(), pending.sequence());
  }

  /** Of the first one that does not stand before such a one. */
  private int indexOf(long deadlineNanos, long sequence) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isBefore(at(middle), deadlineNanos, sequence)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static boolean isBefore(Pending pending, Pending other) {
    return isBefore(pending, other.deadlineNanos(), other.sequence());
  }

  private static boolean isBefore(Pending pending, long deadlineNanos, long sequence) {
    return pending.deadlineNanos() < deadlineNanos
        || (pending.deadlineNanos() == deadlineNanos && pending.sequence() < sequence);
  }

  private Pending standing(int index) {
    if (size == 0) {
      throw new NoSuchElementException("nobody waits");
    }
    return at(index);
  }

  private Pending at(int index) {
    return ring[wrapped(start + index)];
  }

  private void put(int index, Pending pending) {
    ring[wrapped(start + index)] = pending;
  }

  private int wrapped(int index) {
    return index & (ring.length - 1);
  }

  private void grow() {
    Pending[] larger = new Pending[2 * ring.length];
    for (int i = 0; i < size; i++) {
      larger[i] = at(i);
    }
    ring = larger;
    start = 0;
  }

  /** What it is does not change while it is queued. */
  private static boolean plain(Pending pending) {
    return pending.rows() == 1 && !pending.alone();
  }
}
