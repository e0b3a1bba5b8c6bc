package org.clockwork.codecs.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Appends values to bytes that grow: numbers big-endian, texts and lists with their length. */
public final class WireWriter {
  /** Holds nearly every message without tensors. */
  private static final int INITIAL_BYTES = 256;

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
    bytes[length] = (byte) (value >> 24);
    bytes[length + 1] = (byte) (value >> 16);
    bytes[length + 2] = (byte) (value >> 8);
    bytes[length + 3] = (byte) value;
    length += Integer.BYTES;
  }

  public void int64(long value) {
    int32((int) (value >> 32));
    int32((int) value);
  }

  public void float64(double value) {
    int64(Double.doubleToRawLongBits(value));
  }

  public void text(String value) {
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
