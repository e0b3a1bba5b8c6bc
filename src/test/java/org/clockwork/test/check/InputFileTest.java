package org.clockwork.test.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.launcher.check.InputException;
import org.clockwork.launcher.check.InputFile;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a model is given from a file, and why a file isn't taken. */
class InputFileTest {
  private static final int ROWS_MAX = 4;

  private static final ModelSpec ONE = model(new TensorSpec("x", DataType.FP32, List.of(3)));
  private static final ModelSpec TWO =
      model(
          new TensorSpec("ids", DataType.INT64, List.of(2)),
          new TensorSpec("weights", DataType.INT64, List.of(2)));

  @TempDir Path folder;

  @Test
  void anArrayOfNumpyIsTheOnlyInput() throws Exception {
    Tensors input = read("x.npy", NumpyFiles.twoRows(), ONE);
    assertEquals(2, input.rows());
    assertEquals(List.of(1f, 2f, 3f, 4f, 5f, 6f), floats(input.buffers().getFirst()));
  }

  @Test
  void anArchiveOfNumpyHasAnArrayForEachInput() throws Exception {
    Tensors input = read("both.npz", NumpyFiles.idsAndWeights(), TWO);
    assertEquals(1, input.rows());
    assertEquals(List.of(1L, 2L), longs(input.buffers().get(0)));
    assertEquals(List.of(3L, 4L), longs(input.buffers().get(1)));
  }

  @Test
  void arraysGoByNameAndNotByTheirOrder() throws Exception {
    Map<String, byte[]> arrays = new LinkedHashMap<>();
    arrays.put("weights", array("<i8", "(1, 2)", 16, 9));
    arrays.put("ids", array("<i8", "(1, 2)", 16, 7));
    Tensors input = read("both.npz", archive(arrays), TWO);
    assertEquals(7, input.buffers().get(0).get(0));
    assertEquals(9, input.buffers().get(1).get(0));
  }

  @Test
  void elementsAloneAreOneInputAfterTheOther() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    for (long element = 1; element <= 8; element++) {
      bytes.putLong(element);
    }
    Tensors input = read("both.bin", bytes.array(), TWO);
    assertEquals(2, input.rows());
    assertEquals(List.of(1L, 2L, 3L, 4L), longs(input.buffers().get(0)));
    assertEquals(List.of(5L, 6L, 7L, 8L), longs(input.buffers().get(1)));
  }

  @Test
  void aRowMayComeWithoutItsBatchDimension() throws Exception {
    assertEquals(1, read("x.npy", array("<f4", "(3,)", 12, 0), ONE).rows());
    assertEquals(1, read("x.npy", array("<f4", "(1, 3)", 12, 0), ONE).rows());
  }

  /** NumPy writes version 2, with four bytes for the header's length, where two are too few. */
  @Test
  void theSecondVersionOfTheFormatIsReadToo() throws Exception {
    byte[] first = array("<f4", "(1, 3)", 12, 1);
    byte[] second = new byte[first.length + 2];
    System.arraycopy(first, 0, second, 0, 10);
    System.arraycopy(first, 10, second, 12, first.length - 10);
    second[6] = 2;
    assertEquals(1, read("x.npy", second, ONE).rows());
    refuses("x.npy", Arrays.copyOf(second, 10), ONE, "is cut off: its header of 65537 bytes");
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeOfElementHasItsWord(DataType type) throws Exception {
    ModelSpec model = model(new TensorSpec("x", type, List.of(2)));
    String word = Map.of('B', "|b1", 'U', "u", 'I', "i", 'F', "f").get(type.name().charAt(0));
    String descr = word.length() > 1 ? word : (type.bytes() == 1 ? "|" : "<") + word + type.bytes();
    Tensors input = read("x.npy", array(descr, "(1, 2)", 2 * type.bytes(), 1), model);
    assertEquals(2 * type.bytes(), input.buffers().getFirst().remaining());
    refuses(
        "x.npy",
        array(">" + descr.substring(1), "(1, 2)", 2 * type.bytes(), 1),
        model,
        "has elements of >" + descr.substring(1) + "; expected " + descr);
  }

  @Test
  void aFileThatIsNotTheInputIsRefusedWithWhatItHoldsAndWhatIsExpected() throws Exception {
    refuses(
        "x.bin",
        new byte[0],
        ONE,
        "holds 0 bytes; expected 12 a row (x FP32 [3]), for 1 to 4 rows");
    refuses("x.bin", new byte[13], ONE, "holds 13 bytes; expected 12 a row");
    refuses("x.bin", new byte[60], ONE, "holds 60 bytes; expected 12 a row");
    refuses(
        "x.npy",
        "hello, world".getBytes(StandardCharsets.UTF_8),
        ONE,
        "doesn't begin like an array of NumPy");
    refuses(
        "x.npy",
        array("<f4", "(2, 4)", 32, 0),
        ONE,
        "has shape [2, 4]; expected [3] for a row of input 'x'");
    refuses("x.npy", array("<f4", "()", 4, 0), ONE, "has shape []; expected [3]");
    refuses("x.npy", array("<f4", "(5, 3)", 60, 0), ONE, "has 5 rows; expected 1 to 4");
    refuses("x.npy", array("<f4", "(0, 3)", 0, 0), ONE, "has 0 rows; expected 1 to 4");
    refuses("x.npy", array("<f4", "(2, 3)", 20, 0), ONE, "holds 20 bytes of elements; expected 24");
    refuses("x.npy", array("<f4", "(99999999999, 3)", 12, 0), ONE, "has dimension '99999999999'");
    refuses(
        "x.npy", array("<f8", "(1, 3)", 24, 0), ONE, "has elements of <f8; expected <f4 (FP32)");
    refuses(
        "x.npy",
        new byte[70_000],
        ONE,
        "holds more than 65584 bytes; expected at most 4 rows of x FP32 [3]");
    refuses("x.npy", fortran(), ONE, "is in Fortran's order; save numpy.ascontiguousarray of it");
    refuses(
        "both.npy",
        NumpyFiles.twoRows(),
        TWO,
        "holds one array and the model has 2 inputs (ids INT64 [2], weights INT64 [2]); expected an"
            + " .npz");
    refuses("both.npz", NumpyFiles.twoRows(), TWO, "has no array 'ids'");
    refuses(
        "both.npz",
        archive(Map.of("ids", array("<i8", "(1, 2)", 16, 0))),
        TWO,
        "has no array 'weights'; expected ids INT64 [2], weights INT64 [2], and it has [ids]");
    refuses(
        "both.npz",
        archive(Map.of("idz", array("<i8", "(1, 2)", 16, 0))),
        TWO,
        "array 'idz' of input " + folder + "/both.npz is no input of the model; it has ids");
    Map<String, byte[]> unequal = new LinkedHashMap<>();
    unequal.put("ids", array("<i8", "(1, 2)", 16, 0));
    unequal.put("weights", array("<i8", "(2, 2)", 32, 0));
    refuses("both.npz", archive(unequal), TWO, "has 2 rows where the array before has 1");
  }

  @Test
  void aFileThatIsNotThereIsKnownBeforeTheModelIs() {
    InputException e =
        assertThrows(
            InputException.class, () -> InputFile.checkThere(folder.resolve("nowhere.npy")));
    assertEquals("input " + folder + "/nowhere.npy is not there", e.getMessage());
    e = assertThrows(InputException.class, () -> InputFile.checkThere(folder));
    assertEquals("input " + folder + " is no file", e.getMessage());
  }

  /** A bomb: ten megabytes of nothing in ten kilobytes. */
  @Test
  void anArchiveIsNotUnpackedBeyondWhatTheModelTakes() throws Exception {
    byte[] bomb = archive(Map.of("ids", new byte[10_000_000]));
    assertTrue(bomb.length < 100_000);
    refuses("both.npz", bomb, TWO, "holds more than 65600 bytes");
  }

  @Test
  void whatIsCutOffOrGarbledIsRefusedAndNothingElseHappens() {
    Seeds.each(
        3_000,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          boolean one = random.nextBoolean();
          byte[] file = one ? NumpyFiles.twoRows() : NumpyFiles.idsAndWeights();
          if (random.nextBoolean()) {
            file = Arrays.copyOf(file, random.nextInt(file.length));
          } else {
            for (int i = random.nextInt(1, 9); i > 0; i--) {
              file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
          }
          Path written = Files.write(folder.resolve(one ? "x.npy" : "both.npz"), file);
          ModelSpec model = one ? ONE : TWO;
          try {
            Tensors input = InputFile.read(written, model, ROWS_MAX);
            assertEquals(input.rows() * model.inputBytes(), input.bytes());
          } catch (InputException e) {
            assertTrue(e.getMessage().contains(written.toString()), e::getMessage);
          }
        });
  }

  private Tensors read(String name, byte[] content, ModelSpec model) throws Exception {
    return InputFile.read(Files.write(folder.resolve(name), content), model, ROWS_MAX);
  }

  private void refuses(String name, byte[] content, ModelSpec model, String why) {
    InputException e =
        assertThrows(InputException.class, () -> read(name, content, model), () -> why);
    assertTrue(e.getMessage().contains(why), e::getMessage);
    assertTrue(e.getMessage().contains(folder + "/" + name), e::getMessage);
  }

  private static ModelSpec model(TensorSpec... inputs) {
    return new ModelSpec("m", "m", List.of(inputs), List.of(), 0, 0);
  }

  /** Version 1 of the format; all elements' bytes are alike. */
  private static byte[] array(String descr, String shape, int bytes, int value) {
    return array(
        "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(descr, shape),
        bytes,
        value);
  }

  private static byte[] fortran() {
    return array("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", 24, 0);
  }

  private static byte[] array(String header, int bytes, int value) {
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length() + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put("\u0093NUMPY\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1));
    file.putShort((short) header.length());
    file.put(header.getBytes(StandardCharsets.ISO_8859_1));
    Arrays.fill(file.array(), file.position(), file.capacity(), (byte) value);
    return file.array();
  }

  private byte[] archive(Map<String, byte[]> arrays) throws IOException {
    Path file = folder.resolve("made.npz");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> each : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry(each.getKey() + ".npy"));
        zip.write(each.getValue());
        zip.closeEntry();
      }
    }
    return Files.readAllBytes(file);
  }

  private static List<Float> floats(ByteBuffer bytes) {
    List<Float> values = new ArrayList<>();
    for (int at = bytes.position(); at < bytes.limit(); at += 4) {
      values.add(bytes.getFloat(at));
    }
    return values;
  }

  private static List<Long> longs(ByteBuffer bytes) {
    List<Long> values = new ArrayList<>();
    for (int at = bytes.position(); at < bytes.limit(); at += 8) {
      values.add(bytes.getLong(at));
    }
    return values;
  }
}
