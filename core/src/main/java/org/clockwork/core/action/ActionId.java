package org.clockwork.core.action;

/** Names an action; counts up from 0 within one controller's term. */
public record ActionId(long value) implements Comparable<ActionId> {
  @Override
  public int compareTo(ActionId other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return "A" + value;
  }
}
