package org.clockwork.core.device;

/**
 * Time as a device meets it. Live it is the machine's monotonic clock and a precise wait; in
 * simulation it is virtual, and a wait only notes when the call would have returned.
 */
public interface Clock {
  long nanos();

  /** Returns no earlier than {@code nanos} on this clock. */
  void waitUntil(long nanos);
}
