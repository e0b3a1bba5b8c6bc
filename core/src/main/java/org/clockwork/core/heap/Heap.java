package org.clockwork.core.heap;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A binary heap, smallest key first, whose elements can be moved and removed from the middle in
 * O(log n): each rests in a {@link Slot} that knows its place. Equal keys come in the order of the
 * slots' ties, so two runs over the same events agree.
 */
public final class Heap<T> {
  private final List<Slot<T>> slots = new ArrayList<>();

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

    private boolean before(Slot<T> other) {
      if (key != other.key) {
        return key < other.key;
      }
      return second != other.second ? second < other.second : tie < other.tie;
    }
  }

  public boolean isEmpty() {
    return slots.isEmpty();
  }

  public int size() {
    return slots.size();
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
      slot.index = slots.size();
      slots.add(slot);
      up(slot);
    } else if (slot.key != key || slot.second != second) {
      slot.key = key;
      slot.second = second;
      up(slot);
      down(slot);
    }
  }

  /** Takes the slot out, if it is in. */
  public void remove(Slot<T> slot) {
    if (slot.index < 0) {
      return;
    }
    int hole = slot.index;
    Slot<T> last = slots.removeLast();
    slot.index = -1;
    if (last != slot) {
      place(last, hole);
      up(last);
      down(last);
    }
  }

  /** The slot with the smallest key. */
  public Slot<T> first() {
    if (slots.isEmpty()) {
      throw new NoSuchElementException("the heap is empty");
    }
    return slots.getFirst();
  }

  /** Smallest key, or Long.MAX_VALUE where the heap is empty. */
  public long firstKey() {
    return slots.isEmpty() ? Long.MAX_VALUE : slots.getFirst().key;
  }

  /** Smallest key but for the first element's, or Long.MAX_VALUE where there is none. */
  public long secondKey() {
    long left = slots.size() > 1 ? slots.get(1).key : Long.MAX_VALUE;
    long right = slots.size() > 2 ? slots.get(2).key : Long.MAX_VALUE;
    return Math.min(left, right);
  }

  /**
   * Adds up to so many elements to the list, the first one first; the others are, by and large,
   * those with small keys, in an order that equal histories repeat.
   */
  public void leading(int most, List<T> into) {
    for (int i = 0; i < Math.min(most, slots.size()); i++) {
      into.add(slots.get(i).value);
    }
  }

  /** Takes out the slot with the smallest key. */
  public Slot<T> poll() {
    Slot<T> first = first();
    remove(first);
    return first;
  }

  private void up(Slot<T> slot) {
    while (slot.index > 0) {
      Slot<T> parent = slots.get((slot.index - 1) / 2);
      if (!slot.before(parent)) {
        return;
      }
      swap(parent, slot);
    }
  }

  private void down(Slot<T> slot) {
    while (true) {
      int left = 2 * slot.index + 1;
      if (left >= slots.size()) {
        return;
      }
      Slot<T> child = slots.get(left);
      if (left + 1 < slots.size() && slots.get(left + 1).before(child)) {
        child = slots.get(left + 1);
      }
      if (!child.before(slot)) {
        return;
      }
      swap(slot, child);
    }
  }

  private void swap(Slot<T> a, Slot<T> b) {
    int index = a.index;
    place(a, b.index);
    place(b, index);
  }

  private void place(Slot<T> slot, int index) {
    slots.set(index, slot);
    slot.index = index;
  }
}
