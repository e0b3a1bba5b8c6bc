package org.clockwork.codecs.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Appends values to bytes that grow: numbers big-endian, texts and lists with their length. */
public final class WireWriter {
  /** Holds nearly every message without tensors. */
  private static final int INITIAL_BYTES = 256;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;

  public int length() {
    return length;
  }

  /** A copy of what was written. */
  public byte[] written() {
    return Arrays.copyOf(bytes, length);
  }

  /** The first {@link #length} of them are what was written. */
  byte[] array() {
    return bytes;
  }

  public void int8(int value) {
    room(1);
    bytes[length++] = (byte) value;
  }

  public void bool(boolean value) {
    int8(value ? 1 : 0);
  }

  public void int32(int value) {
    room(Integer.BYTES);
    INTS.set(bytes, length, value);
    length += Integer.BYTES;
  }

  /** In the place of one that was written there before. */
  void int32At(int position, int value) {
    INTS.set(bytes, position, value);
  }

  public void int64(long value) {
    room(Long.BYTES);
    LONGS.set(bytes, length, value);
    length += Long.BYTES;
  }

  public void float64(double value) {
    int64(Double.doubleToRawLongBits(value));
  }

  public void text(String value) {
    int begin = length;
    if (!ascii(value)) {
      length = begin;
      utf8(value);
    }
  }

  /** As nearly all texts are; false, with anything written, where this one is not. */
  private boolean ascii(String value) {
    int32(value.length());
    room(value.length());
    for (int i = 0; i < value.length(); i++) {
      char each = value.charAt(i);
      if (each >= 0x80) {
        return false;
      }
      bytes[length++] = (byte) each;
    }
    return true;
  }

  private void utf8(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    int32(encoded.length);
    room(encoded.length);
    System.arraycopy(encoded, 0, bytes, length, encoded.length);
    length += encoded.length;
  }

  /** What lies between position and limit; both stay. */
  public void bytes(ByteBuffer value) {
    int size = value.remaining();
    int32(size);
    room(size);
    value.get(value.position(), bytes, length, size);
    length += size;
  }

  public <E> void list(Collection<E> values, BiConsumer<WireWriter, E> each) {
    int32(values.size());
    for (E value : values) {
      each.accept(this, value);
    }
  }

  public <E> void optional(Optional<E> value, BiConsumer<WireWriter, E> each) {
    bool(value.isPresent());
    value.ifPresent(present -> each.accept(this, present));
  }

  private void room(int more) {
    if (more > bytes.length - length) {
      int wanted = Math.addExact(length, more);
      bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(2L * bytes.length, 1 << 30)));
    }
  }
}
