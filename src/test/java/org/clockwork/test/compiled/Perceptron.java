package org.clockwork.test.compiled;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.clockwork.test.CCompiler;

/**
 * A compiled model made by hand: two dense layers beside a table of words, for batch sizes 1, 2 and
 * 4. Its kernels are C; what a GPU would run is there as names only.
 *
 * <p>{@code y = relu(x · w1 + b1 + table[ids[0]] + table[ids[1]]) · w2 + b2; top = argmax y}
 */
final class Perceptron {
  static final int X = 6;
  static final int HIDDEN = 8;
  static final int Y = 3;
  static final int GOLDEN_ROWS = 3;
  static final int PAGE_BYTES = 16 << 20;
  static final List<Integer> BATCHES = List.of(1, 2, 4);
  static final String CPU = "cpu:x86-64";
  static final String CUDA = "cuda:sm_90";

  /** So many that the table fits beside the rest. */
  static final int FEW_WORDS = 5;

  /** So many that the table is larger than a page. */
  static final int MANY_WORDS = PAGE_BYTES / HIDDEN / Float.BYTES + 1000;

  private static byte[] kernels = {};

  private final Path folder;
  private final int words;
  private final float[] w1;
  private final float[] b1;
  private final float[] w2;
  private final float[] b2;
  private final float[] table;
  private JsonObject plan = new JsonObject();

  /** Takes weights from the seed; writes nothing yet. */
  Perceptron(Path folder, int words, long seed) {
    this.folder = folder;
    this.words = words;
    Random random = new Random(seed);
    w1 = floats(random, X * HIDDEN);
    b1 = floats(random, HIDDEN);
    w2 = floats(random, HIDDEN * Y);
    b2 = floats(random, Y);
    table = floats(random, words * HIDDEN);
  }

  /** A whole model in that folder. */
  static Perceptron in(Path folder) throws IOException, InterruptedException {
    return new Perceptron(folder, FEW_WORDS, 1).write();
  }

  Path folder() {
    return folder;
  }

  /** The plan as it was written; what is changed in it counts after {@link #save}. */
  JsonObject plan() {
    return plan;
  }

  void save() throws IOException {
    Files.writeString(folder.resolve("model.json"), plan.encodePrettily());
  }

  /** Row of inputs number i: what golden rows are made of, and more of the kind. */
  float[] x(int row) {
    return floats(new Random(1000 + row), X);
  }

  long[] ids(int row) {
    Random random = new Random(2000 + row);
    return new long[] {random.nextInt(words), words - 1 - random.nextInt(2)};
  }

  /** What the model answers to that row. */
  float[] y(float[] x, long... ids) {
    float[] hidden = dense(x, w1, b1);
    for (int j = 0; j < HIDDEN; j++) {
      float looked = table[(int) ids[0] * HIDDEN + j] + table[(int) ids[1] * HIDDEN + j];
      hidden[j] = Math.max(hidden[j] + looked, 0);
    }
    return dense(hidden, w2, b2);
  }

  static int top(float[] y) {
    int top = 0;
    for (int j = 1; j < y.length; j++) {
      top = y[j] > y[top] ? j : top;
    }
    return top;
  }

  private static float[] dense(float[] x, float[] w, float[] bias) {
    float[] out = bias.clone();
    for (int j = 0; j < out.length; j++) {
      for (int i = 0; i < x.length; i++) {
        out[j] += x[i] * w[i * out.length + j];
      }
    }
    return out;
  }

  private static float[] floats(Random random, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = random.nextFloat() * 2 - 1;
    }
    return floats;
  }

  Perceptron write() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("kernels"));
    JsonObject weights = weights();
    JsonObject golden = golden();
    JsonObject targets = new JsonObject();
    Files.write(folder.resolve("kernels/cpu.so"), kernels());
    targets.put(CPU, modules(module("kernels/cpu.so", 0, kernels())));
    targets.put(CUDA, cubins());
    JsonArray batches = new JsonArray();
    BATCHES.forEach(batch -> batches.add(PerceptronOps.batch(batch, words)));
    plan =
        new JsonObject()
            .put("format", "clockwork-model/1")
            .put("name", "perceptron")
            .put("page_bytes", PAGE_BYTES)
            .put("align", 256)
            .put("precision", "fp32")
            .put(
                "producer",
                new JsonObject()
                    .put("tool", "by hand")
                    .put("versions", new JsonObject().put("cc", "any"))
                    .put("onnx_sha256", "0".repeat(64))
                    .put("options", new JsonObject()))
            .put(
                "inputs",
                new JsonArray()
                    .add(tensor("x", "float32", X))
                    .add(
                        tensor("ids", "int64", 2)
                            .put("range", new JsonArray().add(0).add(words - 1))))
            .put(
                "outputs",
                new JsonArray().add(tensor("y", "float32", Y)).add(tensor("top", "int32", 1)))
            .put("weights", weights)
            .put("targets", targets)
            .put("batches", batches)
            .put("golden", golden);
    save();
    return this;
  }

  /** Two modules in one file, as GPUs have them. */
  private JsonObject cubins() throws IOException {
    byte[] first = ElfFile.defining(ElfFile.CUDA, List.of("dense", "lookup"));
    byte[] second = ElfFile.defining(ElfFile.CUDA, List.of("add_relu", "top"));
    int secondAt = (first.length + 255) / 256 * 256;
    ByteBuffer file = little(secondAt + second.length).put(0, first).put(secondAt, second);
    Files.write(folder.resolve("kernels/sm_90.cubins"), ElfFile.bytes(file));
    return modules(
        module("kernels/sm_90.cubins", 0, first), module("kernels/sm_90.cubins", secondAt, second));
  }

  private JsonObject weights() throws IOException {
    JsonArray tensors = new JsonArray();
    float[][] all = {w1, b1, w2, b2, table};
    int[][] shapes = {{X, HIDDEN}, {HIDDEN}, {HIDDEN, Y}, {Y}, {words, HIDDEN}};
    String[] names = {"w1", "b1", "w2", "b2", "table"};
    long end = 0;
    ByteBuffer file = little(2 * PAGE_BYTES + table.length * Float.BYTES);
    for (int i = 0; i < all.length; i++) {
      long bytes = (long) all[i].length * Float.BYTES;
      long at = (end + 255) / 256 * 256;
      if (bytes > PAGE_BYTES) {
        at = (end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
      }
      file.slice((int) at, (int) bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(all[i]);
      tensors.add(
          new JsonObject()
              .put("id", i)
              .put("name", names[i])
              .put("dtype", "float32")
              .put("shape", shape(shapes[i]))
              .put("page", at / PAGE_BYTES)
              .put("offset", at % PAGE_BYTES)
              .put("bytes", bytes));
      end = at + bytes;
    }
    byte[] content = new byte[(int) end];
    file.get(0, content);
    Files.write(folder.resolve("weights.bin"), content);
    return new JsonObject()
        .put("file", "weights.bin")
        .put("bytes", end)
        .put("sha256", sha256(content))
        .put("pages", (end + PAGE_BYTES - 1) / PAGE_BYTES)
        .put("tensors", tensors);
  }

  private JsonObject golden() throws IOException {
    ByteBuffer file = little(4 * 256);
    for (int row = 0; row < GOLDEN_ROWS; row++) {
      float[] y = y(x(row), ids(row));
      for (int i = 0; i < X; i++) {
        file.putFloat((row * X + i) * 4, x(row)[i]);
      }
      for (int i = 0; i < 2; i++) {
        file.putLong(256 + (row * 2 + i) * 8, ids(row)[i]);
      }
      for (int i = 0; i < Y; i++) {
        file.putFloat(512 + (row * Y + i) * 4, y[i]);
      }
      file.putInt(768 + row * 4, top(y));
    }
    Files.write(folder.resolve("golden.bin"), ElfFile.bytes(file));
    return new JsonObject()
        .put("file", "golden.bin")
        .put("bytes", file.capacity())
        .put("sha256", sha256(ElfFile.bytes(file)))
        .put("rows", GOLDEN_ROWS)
        .put("source", "random, seeds 1000 and 2000")
        .put("tolerance", 1e-5)
        .put(
            "inputs",
            new JsonArray()
                .add(extent(0, 4L * GOLDEN_ROWS * X))
                .add(extent(256, 16L * GOLDEN_ROWS)))
        .put(
            "outputs",
            new JsonArray()
                .add(extent(512, 4L * GOLDEN_ROWS * Y))
                .add(extent(768, 4L * GOLDEN_ROWS)));
  }

  private static JsonObject tensor(String name, String dtype, int elements) {
    return new JsonObject().put("name", name).put("dtype", dtype).put("shape", shape(elements));
  }

  private static JsonObject modules(JsonObject... modules) {
    return new JsonObject().put("modules", new JsonArray(List.of(modules)));
  }

  private static JsonObject module(String file, int offset, byte[] code) {
    return extent(offset, code.length).put("file", file).put("sha256", sha256(code));
  }

  static JsonObject extent(long offset, long bytes) {
    return new JsonObject().put("offset", offset).put("bytes", bytes);
  }

  static JsonArray shape(int... dimensions) {
    JsonArray shape = new JsonArray();
    for (int dimension : dimensions) {
      shape.add(dimension);
    }
    return shape;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Compiled once for all. */
  private static byte[] kernels() throws IOException, InterruptedException {
    if (kernels.length == 0) {
      Path built = Files.createTempDirectory("perceptron-");
      Path source = built.resolve("perceptron.c");
      try (InputStream in = Perceptron.class.getResourceAsStream("perceptron.c")) {
        Files.copy(in, source);
      }
      Path library = built.resolve("cpu.so");
      CCompiler.compile(source, library, "-O1");
      kernels = Files.readAllBytes(library);
      for (Path file : List.of(source, library, built)) {
        Files.delete(file);
      }
    }
    return kernels;
  }
}
