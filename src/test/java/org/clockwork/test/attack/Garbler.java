package org.clockwork.test.attack;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes something right wrong, in the ways in which networks, mistakes and attackers do. */
final class Garbler {
  private static final int WOUNDS_MAX = 4;
  private static final int NOISE_BYTES_MAX = 300;
  private static final int REPETITIONS_MAX = 2_000;
  private static final int GROWN_BYTES_MAX = 1 << 16;

  /** Where counters overflow, signs flip and allocations begin to hurt. */
  private static final long[] NUMBERS = {
    0,
    -1,
    1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    0x7F,
    0x80,
    0xFFFF,
    0x7FFF_FF00L,
    0xFFFF_FFFFL,
    1L << 40
  };

  private final RandomGenerator dice;
  private final List<byte[]> words;

  Garbler(RandomGenerator dice, List<byte[]> words) {
    this.dice = dice;
    this.words = words;
  }

  byte[] garbled(byte[] right) {
    byte[] bytes = right;
    int wounds = dice.nextInt(1, WOUNDS_MAX + 1);
    for (int i = 0; i < wounds; i++) {
      bytes = wounded(bytes);
    }
    return bytes;
  }

  private byte[] wounded(byte[] bytes) {
    if (bytes.length == 0) {
      return noise();
    }
    int at = dice.nextInt(bytes.length);
    int end = dice.nextInt(at, bytes.length) + 1;
    return switch (dice.nextInt(10)) {
      case 0 -> flipped(bytes, at);
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> spliced(bytes, at, end, new byte[0]);
      case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
      case 4 -> spliced(bytes, at, at, noise());
      case 5 -> number(bytes, at);
      case 6 -> words.isEmpty() ? number(bytes, at) : spliced(bytes, at, at, word());
      case 7 -> words.isEmpty() ? flipped(bytes, at) : spliced(bytes, at, end, word());
      case 8 -> repeated(bytes, at, Math.min(end, at + 16));
      default -> dice.nextInt(20) == 0 ? noise() : flipped(bytes, at);
    };
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << dice.nextInt(8));
    return flipped;
  }

  /** Deep nesting, long names, many elements. */
  private byte[] repeated(byte[] bytes, int at, int end) {
    int length = end - at;
    int times = Math.min(dice.nextInt(REPETITIONS_MAX), (GROWN_BYTES_MAX - length) / length);
    byte[] all = new byte[times * length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, at, all, i * length, length);
    }
    return bytes.length > GROWN_BYTES_MAX ? bytes : spliced(bytes, at, at, all);
  }

  /** Over what is there, in 1, 2, 4 or 8 bytes, of either order. */
  private byte[] number(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    long number = NUMBERS[dice.nextInt(NUMBERS.length)];
    int width = 1 << dice.nextInt(4);
    boolean big = dice.nextBoolean();
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      int shift = 8 * (big ? width - 1 - i : i);
      changed[at + i] = (byte) (number >>> shift);
    }
    return changed;
  }

  private byte[] word() {
    return words.get(dice.nextInt(words.size()));
  }

  private byte[] noise() {
    byte[] noise = new byte[dice.nextInt(NOISE_BYTES_MAX)];
    dice.nextBytes(noise);
    return noise;
  }

  private static byte[] spliced(byte[] bytes, int at, int end, byte[] inside) {
    byte[] spliced = new byte[bytes.length - (end - at) + inside.length];
    System.arraycopy(bytes, 0, spliced, 0, at);
    System.arraycopy(inside, 0, spliced, at, inside.length);
    System.arraycopy(bytes, end, spliced, at + inside.length, bytes.length - end);
    return spliced;
  }
}
