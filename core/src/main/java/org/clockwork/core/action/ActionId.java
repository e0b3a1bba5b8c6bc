package org.clockwork.core.action;

import java.util.Comparator;

/**
 * Names an action; its outcome bears the same.
 *
 * @param term of the controller that sent it: a number that only grows, so that a worker knows an
 *     order of yesterday's controller when it sees one
 * @param number counts up from 0 within the term
 */
public record ActionId(long term, long number) implements Comparable<ActionId> {
  private static final Comparator<ActionId> ORDER =
      Comparator.comparingLong(ActionId::term).thenComparingLong(ActionId::number);

  @Override
  public int compareTo(ActionId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "A" + number;
  }
}
