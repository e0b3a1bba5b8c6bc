package org.clockwork.test.compiled;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clockwork.test.CCompiler;

/**
 * The {@link Perceptron} with kernels that the stub of a GPU's driver can run: C functions in a
 * library that calls itself a cubin.
 */
public final class GpuPerceptron {
  /** {@code e_machine} in an ELF file's head. */
  private static final int MACHINE_AT = 18;

  /** One kernel takes the same number of arguments in each of its launches. */
  private static final int DENSE_ARGS = 6;

  private GpuPerceptron() {}

  /**
   * A whole model for that architecture, such as 90, in that folder.
   *
   * @param option of the compiler that makes the kernels
   */
  public static void write(
      Path folder, int architecture, boolean manyWords, long seed, String option)
      throws IOException, InterruptedException {
    int words = manyWords ? Perceptron.MANY_WORDS : Perceptron.FEW_WORDS;
    Perceptron perceptron = new Perceptron(folder, words, seed).write();
    byte[] cubin = cubin(folder, architecture, option);
    Files.write(folder.resolve("kernels/stub.cubin"), cubin);
    String target = "cuda:sm_" + architecture;
    JsonObject plan = perceptron.plan();
    JsonObject module =
        Perceptron.extent(0, cubin.length)
            .put("file", "kernels/stub.cubin")
            .put("sha256", Perceptron.sha256(cubin));
    plan.getJsonObject("targets").remove(Perceptron.CUDA);
    plan.getJsonObject("targets")
        .put(target, new JsonObject().put("modules", new JsonArray().add(module)));
    for (Object each : plan.getJsonArray("batches")) {
      JsonObject batch = (JsonObject) each;
      JsonObject programs = batch.getJsonObject("targets");
      JsonObject program = (JsonObject) programs.remove(Perceptron.CUDA);
      programs.put(target, program.put("ops", ops(batch.getInteger("batch"), program)));
    }
    perceptron.save();
  }

  /** The same arguments, on a grid of rows and blocks of columns. */
  private static JsonArray ops(int rows, JsonObject program) {
    List<Integer> columns =
        List.of(
            Perceptron.HIDDEN, Perceptron.HIDDEN, Perceptron.HIDDEN, Perceptron.Y, Perceptron.Y);
    JsonArray ops = program.getJsonArray("ops");
    for (int i = 0; i < ops.size(); i++) {
      JsonObject op = ops.getJsonObject(i);
      op.put("module", 0)
          .put("grid", new JsonArray().add(rows).add(1).add(1))
          .put("block", new JsonArray().add(columns.get(i)).add(1).add(1));
      JsonArray args = op.getJsonArray("args");
      switch (op.getString("kernel")) {
        case "add_relu" -> args.set(3, new JsonArray().add("f32").add(1.0));
        case "dense" -> {
          while (args.size() < DENSE_ARGS) {
            args.add(new JsonArray().add("null"));
          }
        }
        default -> {}
      }
    }
    return ops;
  }

  private static byte[] cubin(Path folder, int architecture, String option)
      throws IOException, InterruptedException {
    Path source = folder.resolve("kernels.c");
    try (InputStream in =
        GpuPerceptron.class.getResourceAsStream("/org/clockwork/test/cuda/kernels.c")) {
      Files.copy(in, source);
    }
    Path library = folder.resolve("kernels.so");
    CCompiler.compile(source, library, "-O1", "-DSM=" + architecture, option);
    byte[] image = Files.readAllBytes(library);
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putShort(MACHINE_AT, ElfFile.CUDA);
    Files.delete(source);
    Files.delete(library);
    return image;
  }
}
