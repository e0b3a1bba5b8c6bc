package org.clockwork.codecs;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import org.clockwork.codecs.wire.Envelope;
import org.clockwork.codecs.wire.WireForm;

/**
 * One family of messages on the event bus: a sealed interface of core with all its cases, or a
 * single record. Inside one JVM a message is passed on as it is, which is safe because core's types
 * are immutable.
 *
 * @param type what every message of the family is
 * @param name the family and the version of its form on the wire; nodes of different versions
 *     thereby notice each other
 * @param form how it is written for another process
 */
record Family<T>(Class<T> type, String name, WireForm<T> form) implements MessageCodec<T, T> {

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    Envelope.write(buffer, form, message);
  }

  /**
   * @throws org.clockwork.codecs.wire.WireException the bytes are no such message
   */
  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    return Envelope.read(buffer, position, name, form);
  }

  /** -1 is how Vert.x tells codecs of its users from its own. */
  @Override
  public byte systemCodecID() {
    return -1;
  }
}
