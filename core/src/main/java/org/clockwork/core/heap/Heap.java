package org.clockwork.core.heap;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A binary heap, smallest key first, whose elements can be moved and removed from the middle in
 * O(log n): each rests in a {@link Slot} that knows its place. Equal keys come in the order of the
 * slots' ties, so two runs over the same events agree.
 */
public final class Heap<T> {
  private static final int CAPACITY_MIN = 16;

  /**
   * Who rests where, and beside it under which keys: to compare two places, no slot is fetched
   * unless their keys are equal.
   */
  private Slot<T>[] slots = places(CAPACITY_MIN);

  private long[] keys = new long[CAPACITY_MIN];
  private int size;

  /** The place of one element, in at most one heap at a time. */
  public static final class Slot<T> {
    private final T value;
    private final long tie;
    private long key;
    private long second;
    private int index = -1;

    /** A place for this value; among equal keys the smaller tie comes first. */
    public Slot(T value, long tie) {
      this.value = value;
      this.tie = tie;
    }

    public T value() {
      return value;
    }

    /** The key it was last put under. */
    public long key() {
      return key;
    }

    /** What it was put there by among equal keys. */
    public long second() {
      return second;
    }

    /** Whether it is in a heap now. */
    public boolean queued() {
      return index >= 0;
    }

    /** Among equal keys. */
    private boolean beforeEqual(Slot<T> other) {
      return second != other.second ? second < other.second : tie < other.tie;
    }
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /** Puts the slot under this key, or moves it there. */
  public void put(Slot<T> slot, long key) {
    put(slot, key, 0);
  }

  /** The same; among equal keys the smaller second one comes first. */
  public void put(Slot<T> slot, long key, long second) {
    if (slot.index < 0) {
      slot.key = key;
      slot.second = second;
      if (size == slots.length) {
        grow();
      }
      up(slot, size++);
    } else if (slot.key != key || slot.second != second) {
      slot.key = key;
      slot.second = second;
      move(slot, slot.index);
    }
  }

  /** Takes the slot out, if it is in. */
  public void remove(Slot<T> slot) {
    if (slot.index < 0) {
      return;
    }
    int hole = slot.index;
    slot.index = -1;
    size--;
    Slot<T> last = slots[size];
    slots[size] = null;
    if (last != slot) {
      move(last, hole);
    }
  }

  /** The slot with the smallest key. */
  public Slot<T> first() {
    if (size == 0) {
      throw new NoSuchElementException("the heap is empty");
    }
    return slots[0];
  }

  /** Smallest key, or Long.MAX_VALUE where the heap is empty. */
  public long firstKey() {
    return size == 0 ? Long.MAX_VALUE : keys[0];
  }

  /** Smallest key but for the first element's, or Long.MAX_VALUE where there is none. */
  public long secondKey() {
    long left = size > 1 ? keys[1] : Long.MAX_VALUE;
    long right = size > 2 ? keys[2] : Long.MAX_VALUE;
    return Math.min(left, right);
  }

  /**
   * Adds up to so many elements to the list, the first one first; the others are, by and large,
   * those with small keys, in an order that equal histories repeat.
   */
  public void leading(int most, List<T> into) {
    for (int i = 0; i < Math.min(most, size); i++) {
      into.add(slots[i].value);
    }
  }

  /** Takes out the slot with the smallest key. */
  public Slot<T> poll() {
    Slot<T> first = first();
    remove(first);
    return first;
  }

  /** Finds the slot's place from this one on, whichever way it lies. */
  private void move(Slot<T> slot, int from) {
    up(slot, from);
    down(slot, slot.index);
  }

  private void up(Slot<T> slot, int from) {
    int hole = from;
    while (hole > 0) {
      int parent = (hole - 1) / 2;
      if (!isBefore(slot, parent)) {
        break;
      }
      place(slots[parent], hole);
      hole = parent;
    }
    place(slot, hole);
  }

  private void down(Slot<T> slot, int from) {
    int hole = from;
    while (true) {
      int child = 2 * hole + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && isBefore(child + 1, child)) {
        child++;
      }
      if (!isBefore(child, slot)) {
        break;
      }
      place(slots[child], hole);
      hole = child;
    }
    place(slot, hole);
  }

  private boolean isBefore(Slot<T> slot, int place) {
    return slot.key != keys[place] ? slot.key < keys[place] : slot.beforeEqual(slots[place]);
  }

  private boolean isBefore(int place, Slot<T> slot) {
    return keys[place] != slot.key ? keys[place] < slot.key : slots[place].beforeEqual(slot);
  }

  private boolean isBefore(int place, int other) {
    return keys[place] != keys[other]
        ? keys[place] < keys[other]
        : slots[place].beforeEqual(slots[other]);
  }

  private void place(Slot<T> slot, int index) {
    slots[index] = slot;
    keys[index] = slot.key;
    slot.index = index;
  }

  private void grow() {
    slots = Arrays.copyOf(slots, 2 * size);
    keys = Arrays.copyOf(keys, 2 * size);
  }

  /** Only slots of this heap are put there. */
  @SuppressWarnings("unchecked")
  private static <T> Slot<T>[] places(int count) {
    return (Slot<T>[]) new Slot<?>[count];
  }
}
