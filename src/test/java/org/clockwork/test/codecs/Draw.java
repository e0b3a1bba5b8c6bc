package org.clockwork.test.codecs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Draws values as messages hold them, the awkward ones more often than life does. */
final class Draw {
  private static final String NAME_CHARACTERS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";

  /** One, two, three and four bytes each in UTF-8. */
  private static final List<String> CHARACTERS =
      List.of("a", "/", "\u0000", "ß", "é", "模", "€", "🐢");

  private static final int LONG_LIST = 300;
  private static final int LONG_TEXT = 5_000;

  private final RandomGenerator random;

  Draw(RandomGenerator random) {
    this.random = random;
  }

  boolean bool() {
    return random.nextBoolean();
  }

  /** From 0 to {@code bound - 1}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  int int32() {
    return switch (random.nextInt(6)) {
      case 0 -> Integer.MIN_VALUE;
      case 1 -> Integer.MAX_VALUE;
      case 2 -> random.nextInt(-2, 3);
      default -> random.nextInt();
    };
  }

  /** Never below {@code least}; often just that, or the largest. */
  int atLeast(int least) {
    return switch (random.nextInt(4)) {
      case 0 -> least;
      case 1 -> Integer.MAX_VALUE;
      default -> random.nextInt(least, Integer.MAX_VALUE);
    };
  }

  long int64() {
    return switch (random.nextInt(6)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> random.nextInt(-2, 3);
      default -> random.nextLong();
    };
  }

  long atLeast(long least) {
    return switch (random.nextInt(4)) {
      case 0 -> least;
      case 1 -> Long.MAX_VALUE;
      default -> random.nextLong(least, Long.MAX_VALUE);
    };
  }

  double float64() {
    return switch (random.nextInt(8)) {
      case 0 -> Double.NaN;
      case 1 -> Double.NEGATIVE_INFINITY;
      case 2 -> Double.MIN_VALUE;
      case 3 -> -0.0;
      default -> random.nextDouble(-1e300, 1e300);
    };
  }

  /** Anything, also nothing. */
  String text() {
    int length = few(0, 12, LONG_TEXT);
    StringBuilder text = new StringBuilder();
    boolean ascii = random.nextBoolean();
    for (int i = 0; i < length; i++) {
      text.append(ascii ? (char) random.nextInt(' ', 127) : one(CHARACTERS));
    }
    return text.toString();
  }

  /** With at least one character that is no space. */
  String words() {
    return text() + one(CHARACTERS.subList(3, CHARACTERS.size()));
  }

  /** Of 1 to 64 letters, digits, '-' or '_'. */
  String name() {
    int length = random.nextInt(1, 65);
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < length; i++) {
      name.append(NAME_CHARACTERS.charAt(random.nextInt(NAME_CHARACTERS.length())));
    }
    return name.toString();
  }

  <E> E one(List<E> values) {
    return values.get(random.nextInt(values.size()));
  }

  <E> List<E> list(Supplier<E> each) {
    return list(0, LONG_LIST, each);
  }

  /** Mostly of a few elements, now and then of as many as {@code most}. */
  <E> List<E> list(int least, int most, Supplier<E> each) {
    int size = few(least, 4, most);
    List<E> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(each.get());
    }
    return values;
  }

  <E> Optional<E> optional(Supplier<E> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  /** Somewhere inside a larger buffer, on the heap or off it. */
  ByteBuffer content() {
    byte[] bytes = new byte[few(0, 40, LONG_TEXT)];
    random.nextBytes(bytes);
    int before = random.nextInt(9);
    int size = before + bytes.length + random.nextInt(9);
    ByteBuffer buffer =
        random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    return buffer.put(before, bytes).position(before).limit(before + bytes.length);
  }

  private int few(int least, int usually, int most) {
    return random.nextInt(60) == 0 ? most : random.nextInt(least, Math.min(usually, most) + 1);
  }
}
