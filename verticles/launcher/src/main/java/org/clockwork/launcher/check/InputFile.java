package org.clockwork.launcher.check;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * The input of a model in a file: {@code .npy} for a model with one input, {@code .npz} with an
 * array for each input by its name, and anything else as the elements alone, little-endian, one
 * input after the other in the model's order. No more is read than the model's largest batch takes.
 */
public final class InputFile {
  private static final String ARRAY = ".npy";
  private static final String ARRAYS = ".npz";

  /** Entries of an archive that are looked at: more inputs than any model here has. */
  private static final int ENTRIES_MAX = 256;

  private final Path file;
  private final ModelSpec model;
  private final int rowsMax;

  private InputFile(Path file, ModelSpec model, int rowsMax) {
    this.file = file;
    this.model = model;
    this.rowsMax = rowsMax;
  }

  /** What can be known before the model is. */
  public static void checkThere(Path file) throws InputException {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "input %s is %s".formatted(file, Files.exists(file) ? "no file" : "not there"));
    }
  }

  /**
   * Reads a file as that model's input.
   *
   * @param rowsMax the largest batch
   */
  public static Tensors read(Path file, ModelSpec model, int rowsMax) throws InputException {
    checkThere(file);
    InputFile input = new InputFile(file, model, rowsMax);
    try {
      String name = file.getFileName().toString();
      if (name.endsWith(ARRAY)) {
        return input.array();
      }
      return name.endsWith(ARRAYS) ? input.arrays() : input.raw();
    } catch (IOException e) {
      throw new InputException("input %s can't be read: %s".formatted(file, e));
    }
  }

  private Tensors raw() throws IOException, InputException {
    long rowBytes = model.inputBytes();
    long bytes = Files.size(file);
    if (bytes == 0 || bytes % rowBytes != 0 || bytes / rowBytes > rowsMax) {
      throw new InputException(
          "input %s holds %d bytes; expected %d a row (%s), for 1 to %d rows"
              .formatted(file, bytes, rowBytes, said(model.inputs()), rowsMax));
    }
    int rows = (int) (bytes / rowBytes);
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
    List<ByteBuffer> buffers = new ArrayList<>();
    for (TensorSpec spec : model.inputs()) {
      int length = rows * spec.bytes();
      buffers.add(all.slice(all.position(), length).order(ByteOrder.LITTLE_ENDIAN));
      all.position(all.position() + length);
    }
    return new Tensors(rows, buffers);
  }

  private Tensors array() throws IOException, InputException {
    if (model.inputs().size() != 1) {
      throw new InputException(
          "input %s holds one array and the model has %d inputs (%s); expected an .npz with an array for each"
              .formatted(file, model.inputs().size(), said(model.inputs())));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = bounded(in, "input " + file, model.inputs().getFirst());
      return tensors(
          Map.of(model.inputs().getFirst().name(), NumpyArray.parse("input " + file, bytes)));
    }
  }

  private Tensors arrays() throws IOException, InputException {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    model.inputs().forEach(spec -> specs.put(spec.name(), spec));
    Map<String, NumpyArray> arrays = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      int entries = 0;
      for (ZipEntry entry = zip.getNextEntry();
          entry != null && entries < ENTRIES_MAX;
          entry = zip.getNextEntry(), entries++) {
        String name = entry.getName().replaceFirst("\\.npy$", "");
        TensorSpec spec = specs.get(name);
        String said = "array '%s' of input %s".formatted(name, file);
        if (spec == null) {
          throw new InputException(
              "%s is no input of the model; it has %s".formatted(said, said(model.inputs())));
        }
        arrays.put(name, NumpyArray.parse(said, bounded(zip, said, spec)));
      }
    }
    return tensors(arrays);
  }

  private byte[] bounded(InputStream in, String name, TensorSpec spec)
      throws IOException, InputException {
    long most = NumpyArray.HEADER_BYTES_MAX + (long) rowsMax * spec.bytes();
    byte[] bytes = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 8));
    if (bytes.length > most) {
      throw new InputException(
          "%s holds more than %d bytes; expected at most %d rows of %s"
              .formatted(name, most, rowsMax, said(List.of(spec))));
    }
    return bytes;
  }

  /** In the model's order; all with equally many rows. */
  private Tensors tensors(Map<String, NumpyArray> arrays) throws InputException {
    List<ByteBuffer> buffers = new ArrayList<>();
    int rows = 0;
    for (TensorSpec spec : model.inputs()) {
      NumpyArray array = arrays.get(spec.name());
      if (array == null) {
        throw new InputException(
            "input %s has no array '%s'; expected %s, and it has %s"
                .formatted(file, spec.name(), said(model.inputs()), arrays.keySet()));
      }
      int held = array.rowsOf(spec);
      if (!buffers.isEmpty() && held != rows) {
        throw new InputException(
            "%s has %d rows where the array before has %d".formatted(array.name(), held, rows));
      }
      if (held < 1 || held > rowsMax) {
        throw new InputException(
            "%s has %d rows; expected 1 to %d".formatted(array.name(), held, rowsMax));
      }
      rows = held;
      buffers.add(array.content().order(ByteOrder.LITTLE_ENDIAN));
    }
    return new Tensors(rows, buffers);
  }

  private static String said(List<TensorSpec> specs) {
    return specs.stream()
        .map(spec -> "%s %s %s".formatted(spec.name(), spec.type(), spec.shape()))
        .collect(Collectors.joining(", "));
  }
}
