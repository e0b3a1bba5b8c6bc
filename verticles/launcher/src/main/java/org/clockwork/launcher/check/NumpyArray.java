package org.clockwork.launcher.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;

/**
 * An array as {@code numpy.save} writes it: a magic word, a version, a header that is a Python
 * dictionary, the elements.
 *
 * @param name what messages call it
 * @param elements NumPy's word for the type of element: {@code <f4}
 */
record NumpyArray(String name, String elements, List<Long> shape, ByteBuffer content) {
  /** More than any header: NumPy pads to 64 bytes and keeps a dictionary of three keys. */
  static final int HEADER_BYTES_MAX = 1 << 16;

  private static final byte[] MAGIC = "\u0093NUMPY".getBytes(StandardCharsets.ISO_8859_1);

  private static final Pattern ELEMENTS = Pattern.compile("'descr':\\s*'([^']{1,16})'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*True");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([\\d, ]*)\\)");

  /** Little-endian, or of one byte. */
  private static final Map<DataType, String> WORDS =
      Map.ofEntries(
          Map.entry(DataType.BOOL, "|b1"),
          Map.entry(DataType.UINT8, "|u1"),
          Map.entry(DataType.UINT16, "<u2"),
          Map.entry(DataType.UINT32, "<u4"),
          Map.entry(DataType.UINT64, "<u8"),
          Map.entry(DataType.INT8, "|i1"),
          Map.entry(DataType.INT16, "<i2"),
          Map.entry(DataType.INT32, "<i4"),
          Map.entry(DataType.INT64, "<i8"),
          Map.entry(DataType.FP16, "<f2"),
          Map.entry(DataType.FP32, "<f4"),
          Map.entry(DataType.FP64, "<f8"));

  static NumpyArray parse(String name, byte[] file) throws InputException {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    boolean magic =
        file.length >= MAGIC.length + 4
            && ByteBuffer.wrap(file, 0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    if (!magic) {
      throw new InputException(
          "%s doesn't begin like an array of NumPy; expected what numpy.save writes"
              .formatted(name));
    }
    int version = file[MAGIC.length];
    bytes.position(MAGIC.length + 2);
    long headerBytes =
        version == 1
            ? Short.toUnsignedInt(bytes.getShort())
            : bytes.remaining() < 4
                ? HEADER_BYTES_MAX + 1L
                : Integer.toUnsignedLong(bytes.getInt());
    if (headerBytes > HEADER_BYTES_MAX || headerBytes > bytes.remaining()) {
      throw new InputException(
          "%s is cut off: its header of %d bytes isn't all there".formatted(name, headerBytes));
    }
    byte[] header = new byte[(int) headerBytes];
    bytes.get(header);
    return of(name, new String(header, StandardCharsets.ISO_8859_1), bytes.slice());
  }

  private static NumpyArray of(String name, String header, ByteBuffer content)
      throws InputException {
    Matcher elements = ELEMENTS.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!elements.find() || !shape.find()) {
      throw new InputException(
          "%s has a header without descr and shape of a plain array: %s"
              .formatted(name, header.strip()));
    }
    List<Long> dimensions = new ArrayList<>();
    for (String dimension : shape.group(1).split(",", -1)) {
      if (!dimension.isBlank()) {
        dimensions.add(dimension(name, dimension.strip()));
      }
    }
    if (FORTRAN.matcher(header).find() && dimensions.size() > 1) {
      throw new InputException(
          "%s is in Fortran's order; save numpy.ascontiguousarray of it".formatted(name));
    }
    return new NumpyArray(name, elements.group(1), dimensions, content);
  }

  private static long dimension(String name, String text) throws InputException {
    if (!text.matches("\\d{1,10}")) {
      throw new InputException("%s has dimension '%s'".formatted(name, text));
    }
    return Long.parseLong(text);
  }

  /** How many rows of that tensor it holds; its shape may leave out the batch of one. */
  int rowsOf(TensorSpec spec) throws InputException {
    String wanted = WORDS.get(spec.type());
    if (!elements.equals(wanted)) {
      throw new InputException(
          "%s has elements of %s; expected %s (%s) for input '%s'"
              .formatted(name, elements, wanted, spec.type(), spec.name()));
    }
    List<Long> row = spec.shape().stream().map(Integer::longValue).toList();
    long rows;
    if (shape.equals(row)) {
      rows = 1;
    } else if (!shape.isEmpty() && shape.subList(1, shape.size()).equals(row)) {
      rows = shape.getFirst();
    } else {
      throw new InputException(
          "%s has shape %s; expected %s for a row of input '%s', or n such rows"
              .formatted(name, shape, row, spec.name()));
    }
    if (content.remaining() != rows * spec.bytes()) {
      throw new InputException(
          "%s holds %d bytes of elements; expected %d for shape %s of %s"
              .formatted(name, content.remaining(), rows * spec.bytes(), shape, spec.type()));
    }
    return Math.toIntExact(Math.min(rows, Integer.MAX_VALUE));
  }
}
