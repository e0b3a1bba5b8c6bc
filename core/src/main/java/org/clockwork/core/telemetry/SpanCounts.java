package org.clockwork.core.telemetry;

/**
 * What became of the spans that a process made since it began.
 *
 * @param exported taken by the receiver
 * @param failed sent, and not taken
 * @param dropped never sent, because too many waited
 */
public record SpanCounts(long exported, long failed, long dropped) {
  public static final SpanCounts NONE = new SpanCounts(0, 0, 0);

  public long lost() {
    return failed + dropped;
  }
}
