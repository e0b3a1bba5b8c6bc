package org.clockwork.gpunative.compiled;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.core.model.DataType;

/** The plan's words for element types, with what TVM's {@code DLDataType} calls them. */
public enum ElementType {
  BOOL(DataType.BOOL, 6, 8),
  UINT8(DataType.UINT8, 1, 8),
  INT8(DataType.INT8, 0, 8),
  INT16(DataType.INT16, 0, 16),
  INT32(DataType.INT32, 0, 32),
  INT64(DataType.INT64, 0, 64),
  FLOAT16(DataType.FP16, 2, 16),
  FLOAT32(DataType.FP32, 2, 32),
  FLOAT64(DataType.FP64, 2, 64);

  private final DataType type;
  private final int code;
  private final int bits;

  ElementType(DataType type, int code, int bits) {
    this.type = type;
    this.code = code;
    this.bits = bits;
  }

  /** {@code DLDataType.code}. */
  public int code() {
    return code;
  }

  /** {@code DLDataType.bits}. */
  public int bits() {
    return bits;
  }

  /** The word for that type. */
  public static ElementType of(DataType type) {
    return Arrays.stream(values())
        .filter(element -> element.type == type)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("plans have no tensors of " + type));
  }

  static Optional<DataType> named(String word) {
    return Arrays.stream(values())
        .filter(element -> element.word().equals(word))
        .map(element -> element.type)
        .findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(ElementType::word).toList();
  }

  static String wordOf(DataType type) {
    return of(type).word();
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
