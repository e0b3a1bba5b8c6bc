package org.clockwork.codecs.wire;

import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * What every message begins with: the version of its form (1 byte), the length of what follows (4)
 * and a check sum over that (4). So a message that was cut, garbled or written by another version
 * is noticed before a single field of it is believed.
 */
public final class Envelope {
  /** Grows with every change of any form. */
  public static final int VERSION = 1;

  static final int BYTES = 1 + 2 * Integer.BYTES;

  private Envelope() {}

  /** Appends the message. */
  public static <T> void write(Buffer buffer, WireForm<T> form, T message) {
    WireWriter out = new WireWriter();
    out.int8(VERSION);
    out.int32(0); // Length and check sum follow when they are known.
    out.int32(0);
    form.write(out, message);
    int length = out.length() - BYTES;
    out.int32At(1, length);
    out.int32At(1 + Integer.BYTES, checkSum(out.array(), BYTES, length));
    buffer.appendBytes(out.array(), 0, out.length());
  }

  /**
   * Reads the message that begins there; others may follow it.
   *
   * @param name of what is expected, for complaints
   * @throws WireException it is no such message
   */
  public static <T> T read(Buffer buffer, int position, String name, WireForm<T> form) {
    int left = buffer.length() - position;
    if (left < BYTES) {
      throw new WireException(
          "%s: a header of %d bytes is expected, %d are there".formatted(name, BYTES, left));
    }
    int version = buffer.getByte(position);
    if (version != VERSION) {
      throw new WireException(
          "%s: it is of version %d, this node speaks %d; run the same release on all nodes"
              .formatted(name, version, VERSION));
    }
    int length = buffer.getInt(position + 1);
    if (length < 0 || length > left - BYTES) {
      throw new WireException(
          "%s: it is said to be %d bytes long, %d are there".formatted(name, length, left - BYTES));
    }
    int expected = buffer.getInt(position + 1 + Integer.BYTES);
    byte[] body = buffer.getBytes(position + BYTES, position + BYTES + length);
    if (checkSum(body, length) != expected) {
      throw new WireException(
          "%s: its check sum is wrong; it was garbled on its way".formatted(name));
    }
    return read(body, name, form::read);
  }

  /**
   * The body alone, without its header.
   *
   * @throws WireException it is no such message
   */
  public static <T> T read(byte[] body, String name, Function<WireReader, T> form) {
    WireReader reader = new WireReader(name, body);
    T message;
    try {
      message = form.apply(reader);
    } catch (ArithmeticException e) {
      // Of its own it has no words once the JVM has seen it often.
      throw new WireException("%s: its sizes are beyond what can be counted".formatted(name), e);
    } catch (IllegalArgumentException e) {
      throw new WireException("%s: %s".formatted(name, e.getMessage()), e);
    }
    reader.expectEnd();
    return message;
  }

  /** Over the first {@code length} of the bytes. */
  public static int checkSum(byte[] bytes, int length) {
    return checkSum(bytes, 0, length);
  }

  private static int checkSum(byte[] bytes, int begin, int length) {
    CRC32C sum = new CRC32C();
    sum.update(bytes, begin, length);
    return (int) sum.getValue();
  }
}
