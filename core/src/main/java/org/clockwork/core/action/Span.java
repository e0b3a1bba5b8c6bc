package org.clockwork.core.action;

/** When a phase ran. */
public record Span(long begunNanos, long endedNanos) {
  public Span {
    if (endedNanos < begunNanos) {
      throw new IllegalArgumentException(
          "a phase can't end (endedNanos=%d) before it began (begunNanos=%d)"
              .formatted(endedNanos, begunNanos));
    }
  }

  public long nanos() {
    return endedNanos - begunNanos;
  }

  public Span shifted(long offsetNanos) {
    return new Span(begunNanos + offsetNanos, endedNanos + offsetNanos);
  }
}
