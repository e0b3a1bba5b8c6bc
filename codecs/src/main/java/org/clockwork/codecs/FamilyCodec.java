package org.clockwork.codecs;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import org.clockwork.codecs.wire.Envelope;
import org.clockwork.codecs.wire.Family;

/**
 * Carries one family of messages on the event bus. Inside one JVM a message is passed on as it is,
 * which is safe because core's types are immutable.
 */
record FamilyCodec<T>(Family<T> family, Traffic traffic) implements MessageCodec<T, T> {

  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    int before = buffer.length();
    Envelope.write(buffer, family.form(), message);
    traffic.sent(message, buffer.length() - before);
  }

  /**
   * @throws org.clockwork.codecs.wire.WireException the bytes are no such message
   */
  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    T message = Envelope.read(buffer, position, family.name(), family.form());
    traffic.received(message, buffer.length() - position);
    return message;
  }

  @Override
  public String name() {
    return family.name();
  }

  /** -1 is how Vert.x tells codecs of its users from its own. */
  @Override
  public byte systemCodecID() {
    return -1;
  }
}
