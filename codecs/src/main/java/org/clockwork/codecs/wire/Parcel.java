package org.clockwork.codecs.wire;

import java.util.List;

/**
 * Several messages that left for the same address in the same turn, in their order. One message on
 * the event bus costs tens of microseconds whatever is in it, and a loaded node has many to tell.
 *
 * @param messages at least one, each of a family that travels by itself, too
 */
public record Parcel(List<Object> messages) {
  /** More go into a second one, so that a parcel is neither a long wait nor a large allocation. */
  public static final int MESSAGES_MAX = 256;

  public Parcel {
    messages = List.copyOf(messages);
    if (messages.isEmpty() || messages.size() > MESSAGES_MAX) {
      throw new IllegalArgumentException(
          "a parcel holds 1 to %d messages, not %d".formatted(MESSAGES_MAX, messages.size()));
    }
  }
}
