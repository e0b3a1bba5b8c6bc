package org.clockwork.codecs.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link WireWriter} wrote. Nothing is believed: a length that goes beyond the end is
 * found before anything is allocated for it.
 */
public final class WireReader {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final String message;
  private final byte[] bytes;
  private final int end;
  private int at;

  /**
   * @param message what is being read, for complaints
   */
  public WireReader(String message, byte[] bytes) {
    this(message, bytes, 0, bytes.length);
  }

  WireReader(String message, byte[] bytes, int begin, int end) {
    this.message = message;
    this.bytes = bytes;
    this.at = begin;
    this.end = end;
  }

  public byte int8(String field) {
    need(1, field);
    return bytes[at++];
  }

  public boolean bool(String field) {
    byte value = int8(field);
    if (value != 0 && value != 1) {
      throw wrong(field, "0 or 1", value);
    }
    return value == 1;
  }

  public int int32(String field) {
    need(Integer.BYTES, field);
    int value = (int) INTS.get(bytes, at);
    at += Integer.BYTES;
    return value;
  }

  public long int64(String field) {
    need(Long.BYTES, field);
    long value = (long) LONGS.get(bytes, at);
    at += Long.BYTES;
    return value;
  }

  public double float64(String field) {
    return Double.longBitsToDouble(int64(field));
  }

  public String text(String field) {
    int length = count(field, 1);
    int begin = at;
    at += length;
    if (isAscii(begin, at)) {
      return new String(bytes, begin, length, StandardCharsets.ISO_8859_1);
    }
    ByteBuffer encoded = ByteBuffer.wrap(bytes, begin, length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      throw new WireException("%s: %s is no UTF-8".formatted(message, field), e);
    }
  }

  /** A view of the message's own bytes, little-endian and read-only. */
  public ByteBuffer bytes(String field) {
    int length = count(field, 1);
    ByteBuffer view = ByteBuffer.wrap(bytes, at, length).slice().asReadOnlyBuffer();
    at += length;
    return view.order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * How many of something follow.
   *
   * @param leastBytes that each of them takes
   */
  public int count(String field, int leastBytes) {
    int count = int32(field);
    if (count < 0 || (long) count * leastBytes > end - at) {
      throw new WireException(
          "%s: %s is said to be %d long, but %d bytes are left"
              .formatted(message, field, count, end - at));
    }
    return count;
  }

  /**
   * @param leastBytes that each element takes
   */
  public <E> List<E> list(String field, int leastBytes, Function<WireReader, E> each) {
    int count = count(field, leastBytes);
    List<E> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(each.apply(this));
    }
    return values;
  }

  public <E> Optional<E> optional(String field, Function<WireReader, E> each) {
    return bool(field) ? Optional.of(each.apply(this)) : Optional.empty();
  }

  /** For a value that stands for nothing known. */
  public WireException wrong(String field, String expected, long got) {
    return new WireException(
        "%s: %s is %d; %s is expected".formatted(message, field, got, expected));
  }

  /** Nothing may be left. */
  void expectEnd() {
    if (at != end) {
      throw new WireException(
          "%s: %d bytes follow its end; nothing is expected".formatted(message, end - at));
    }
  }

  private void need(int more, String field) {
    if (more > end - at) {
      throw new WireException(
          "%s: ends within %s; %d bytes are expected, %d are left"
              .formatted(message, field, more, end - at));
    }
  }

  private boolean isAscii(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
