package org.clockwork.codecs;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * One family of messages on the event bus: a sealed interface of core with all its cases, or a
 * single record. Inside one JVM a message is passed on as it is, which is safe because core's types
 * are immutable.
 *
 * @param type what every message of the family is
 * @param name the family and the version of its form on the wire; nodes of different versions
 *     thereby notice each other
 */
record Family<T>(Class<T> type, String name) implements MessageCodec<T, T> {

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    throw noWireForm("sent to");
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    throw noWireForm("received from");
  }

  private UnsupportedOperationException noWireForm(String direction) {
    return new UnsupportedOperationException(
        "a "
            + name
            + " message was to be "
            + direction
            + " another process, but this build passes it within one process only;"
            + " run controller, workers and gateways in one process (clockwork serve)");
  }

  /** -1 is how Vert.x tells codecs of its users from its own. */
  @Override
  public byte systemCodecID() {
    return -1;
  }
}
