package org.clockwork.gateway.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.function.DoubleUnaryOperator;
import org.clockwork.core.model.DataType;

/** The elements of tensors, between JSON values and little-endian bytes. */
public final class Elements {
  private static final BigInteger UINT64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final Real FP16 =
      new Real("-65504 to 65504", real -> Float.float16ToFloat(Float.floatToFloat16((float) real)));
  private static final Real FP32 = new Real("-3.4028235E38 to 3.4028235E38", real -> (float) real);
  private static final Real FP64 =
      new Real("-1.7976931348623157E308 to 1.7976931348623157E308", real -> real);

  /** A type of real numbers: what it reaches, and what becomes of a number in it. */
  private record Real(String range, DoubleUnaryOperator rounded) {}

  private Elements() {}

  /**
   * Appends one element.
   *
   * @param where it stands, for messages
   */
  public static void put(ByteBuffer to, DataType type, Object value, String where)
      throws MalformedException {
    switch (type) {
      case BOOL -> to.put((byte) truth(value, where));
      case UINT8 -> to.put((byte) integer(value, 0, 255, type, where));
      case INT8 -> to.put((byte) integer(value, Byte.MIN_VALUE, Byte.MAX_VALUE, type, where));
      case UINT16 -> to.putShort((short) integer(value, 0, 65_535, type, where));
      case INT16 ->
          to.putShort((short) integer(value, Short.MIN_VALUE, Short.MAX_VALUE, type, where));
      case UINT32 -> to.putInt((int) integer(value, 0, 4_294_967_295L, type, where));
      case INT32 ->
          to.putInt((int) integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE, type, where));
      case INT64 -> to.putLong(integer(value, Long.MIN_VALUE, Long.MAX_VALUE, type, where));
      case UINT64 -> to.putLong(unsignedLong(value, where));
      case FP16 -> to.putShort(Float.floatToFloat16((float) real(value, FP16, type, where)));
      case FP32 -> to.putFloat((float) real(value, FP32, type, where));
      case FP64 -> to.putDouble(real(value, FP64, type, where));
    }
  }

  /** Takes the next element as the JSON value that {@link #put} reads back to the same bytes. */
  public static Object take(ByteBuffer from, DataType type) {
    return switch (type) {
      case BOOL -> from.get() != 0;
      case UINT8 -> Byte.toUnsignedInt(from.get());
      case INT8 -> (int) from.get();
      case UINT16 -> Short.toUnsignedInt(from.getShort());
      case INT16 -> (int) from.getShort();
      case UINT32 -> Integer.toUnsignedLong(from.getInt());
      case INT32 -> from.getInt();
      case INT64 -> from.getLong();
      case UINT64 -> unsigned(from.getLong());
      case FP16 -> jsonReal(Float.float16ToFloat(from.getShort()));
      case FP32 -> jsonReal(from.getFloat());
      case FP64 -> jsonReal(from.getDouble());
    };
  }

  private static int truth(Object value, String where) throws MalformedException {
    return value instanceof Boolean truth
        ? truth ? 1 : 0
        : (int) integer(value, 0, 1, DataType.BOOL, where);
  }

  /** Generated clients send 5 as 5.0; that is taken for the integer it is. */
  private static long integer(Object value, long least, long most, DataType type, String where)
      throws MalformedException {
    long integer =
        switch (value) {
          case Integer number -> number;
          case Long number -> number;
          case Number number -> {
            BigInteger exact = exact(number, type, where);
            if (exact.bitLength() >= Long.SIZE) {
              throw wrong(value, type, where, "%d to %d".formatted(least, most));
            }
            yield exact.longValue();
          }
          case null, default -> throw wrong(value, type, where, "an integer");
        };
    if (integer < least || integer > most) {
      throw wrong(value, type, where, "%d to %d".formatted(least, most));
    }
    return integer;
  }

  private static long unsignedLong(Object value, String where) throws MalformedException {
    if (!(value instanceof Number number)) {
      throw wrong(value, DataType.UINT64, where, "an integer");
    }
    BigInteger integer = exact(number, DataType.UINT64, where);
    if (integer.signum() < 0 || integer.compareTo(UINT64_MAX) > 0) {
      throw wrong(value, DataType.UINT64, where, "0 to " + UINT64_MAX);
    }
    return integer.longValue();
  }

  private static BigInteger exact(Number number, DataType type, String where)
      throws MalformedException {
    try {
      return switch (number) {
        case BigInteger big -> big;
        case Integer _, Long _, Short _, Byte _ -> BigInteger.valueOf(number.longValue());
        default -> {
          double real = number.doubleValue();
          // Beyond 64 bits no type holds it, and its digits could be costly to write out.
          if (!(Math.abs(real) <= 0x1p64)) {
            throw wrong(number, type, where, "an integer of 64 bits");
          }
          yield new BigDecimal(number.toString()).toBigIntegerExact();
        }
      };
    } catch (ArithmeticException e) {
      throw wrong(number, type, where, "an integer");
    }
  }

  private static double real(Object value, Real reals, DataType type, String where)
      throws MalformedException {
    double real =
        switch (value) {
          case Number number -> number.doubleValue();
          case String text when text.equals("NaN") -> Double.NaN;
          case String text when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
          case String text when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
          case null, default -> throw wrong(value, type, where, "a number");
        };
    // A number beyond all bounds is a mistake; who means infinity says it in words.
    if (value instanceof Number && Double.isInfinite(reals.rounded().applyAsDouble(real))) {
      throw wrong(value, type, where, reals.range());
    }
    return real;
  }

  private static Object unsigned(long bits) {
    return bits >= 0 ? bits : new BigInteger(Long.toUnsignedString(bits));
  }

  /** JSON has no number for these; put reads the words back. */
  private static Object jsonReal(float real) {
    return Float.isFinite(real) ? real : Float.toString(real);
  }

  private static Object jsonReal(double real) {
    return Double.isFinite(real) ? real : Double.toString(real);
  }

  private static MalformedException wrong(
      Object value, DataType type, String where, String expected) {
    return new MalformedException(
        "%s is %s; %s, %s, is expected".formatted(where, Fields.kind(value), type, expected));
  }
}
