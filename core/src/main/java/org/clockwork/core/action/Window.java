package org.clockwork.core.action;

/**
 * When an action may begin: not before {@code earliestNanos}, and if it has not begun by {@code
 * latestNanos} it is refused and never run. Both ends are inside.
 */
public record Window(long earliestNanos, long latestNanos) {
  /** For administrative work that may begin at any time. */
  public static final Window ANY = new Window(Long.MIN_VALUE, Long.MAX_VALUE);

  public Window {
    if (latestNanos < earliestNanos) {
      throw new IllegalArgumentException(
          "a window can't end (latestNanos=%d) before it opens (earliestNanos=%d)"
              .formatted(latestNanos, earliestNanos));
    }
  }

  public boolean admits(long nowNanos) {
    return nowNanos >= earliestNanos && nowNanos <= latestNanos;
  }

  /** On a clock that is {@code offsetNanos} ahead of this one; {@link #ANY} stays what it is. */
  public Window shifted(long offsetNanos) {
    return equals(ANY) ? this : new Window(earliestNanos + offsetNanos, latestNanos + offsetNanos);
  }

  /** Open by {@code marginNanos} more at the end, for a clock known only that well. */
  public Window widened(long marginNanos) {
    return equals(ANY) ? this : new Window(earliestNanos, latestNanos + marginNanos);
  }
}
