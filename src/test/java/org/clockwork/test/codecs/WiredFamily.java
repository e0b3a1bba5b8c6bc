package org.clockwork.test.codecs;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.zip.CRC32C;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.test.Seeds;

/** One family of messages, drawn at will and carried by the codec that the event bus would take. */
record WiredFamily(MessageCodec<Object, Object> codec, DrawnMessages.Kind<?> kind) {
  static final int VERSION = 1;

  /** Version, length, check sum. */
  static final int HEADER_BYTES = 9;

  @SuppressWarnings("unchecked") // it is given nothing but what is drawn for it
  static WiredFamily of(MessageCodec<?, ?> codec) {
    return new WiredFamily(
        (MessageCodec<Object, Object>) codec,
        DrawnMessages.KINDS.stream()
            .filter(kind -> kind.codec().equals(codec.name()))
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("DrawnMessages.KINDS has no " + codec.name() + " yet")));
  }

  String name() {
    return codec.name();
  }

  Class<?> type() {
    return kind.type();
  }

  Object drawn(long seed) {
    return kind.drawn().apply(new DrawnMessages(Seeds.random(seed)));
  }

  void encode(Buffer buffer, Object message) {
    codec.encodeToWire(buffer, message);
  }

  Buffer encoded(Object message) {
    Buffer buffer = Buffer.buffer();
    encode(buffer, message);
    return buffer;
  }

  /** The message without its header. */
  byte[] body(Object message) {
    Buffer whole = encoded(message);
    return whole.getBytes(HEADER_BYTES, whole.length());
  }

  Object decode(Buffer buffer, int position) {
    return codec.decodeFromWire(position, buffer);
  }

  /** The only two things that reading may lead to. */
  Object messageOrComplaint(Buffer buffer) {
    try {
      return decode(buffer, 0);
    } catch (WireException e) {
      return e;
    }
  }

  String complaint(Buffer buffer) {
    return assertInstanceOf(WireException.class, messageOrComplaint(buffer)).getMessage();
  }

  /** The first bytes of a body under a header that fits them. */
  static Buffer enveloped(byte[] body, int length) {
    CRC32C sum = new CRC32C();
    sum.update(body, 0, length);
    return Buffer.buffer()
        .appendByte((byte) VERSION)
        .appendInt(length)
        .appendInt((int) sum.getValue())
        .appendBytes(body, 0, length);
  }

  @Override
  public String toString() {
    return name();
  }
}
