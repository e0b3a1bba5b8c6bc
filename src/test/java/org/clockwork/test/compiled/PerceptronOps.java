package org.clockwork.test.compiled;

import static org.clockwork.test.compiled.Perceptron.HIDDEN;
import static org.clockwork.test.compiled.Perceptron.X;
import static org.clockwork.test.compiled.Perceptron.Y;
import static org.clockwork.test.compiled.Perceptron.extent;
import static org.clockwork.test.compiled.Perceptron.shape;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The ops of the {@link Perceptron}. */
final class PerceptronOps {
  private final int batch;
  private final int words;

  private PerceptronOps(int batch, int words) {
    this.batch = batch;
    this.words = words;
  }

  /** The plan of one batch size. */
  static JsonObject batch(int batch, int words) {
    PerceptronOps ops = new PerceptronOps(batch, words);
    return new JsonObject()
        .put("batch", batch)
        .put("io_bytes", 1024)
        .put("inputs", new JsonArray().add(extent(0, 4L * batch * X)).add(extent(256, 16L * batch)))
        .put(
            "outputs",
            new JsonArray().add(extent(512, 4L * batch * Y)).add(extent(768, 4L * batch)))
        .put(
            "targets",
            new JsonObject()
                .put(Perceptron.CPU, program(ops.cpu()))
                .put(Perceptron.CUDA, program(ops.cuda())));
  }

  private static JsonObject program(JsonArray ops) {
    return new JsonObject().put("workspace_bytes", 256 + 128).put("ops", ops);
  }

  private JsonArray cpu() {
    JsonArray x = typed("io", 0, "float32", batch, X);
    JsonArray ids = typed("io", 256, "int64", batch, 2);
    JsonArray y = typed("io", 512, "float32", batch, Y);
    JsonArray top = typed("io", 768, "int32", batch, 1);
    JsonArray hidden = typed("ws", 0, "float32", batch, HIDDEN);
    JsonArray looked = typed("ws", 256, "float32", batch, HIDDEN);
    JsonArray w1 = weight(0, X, HIDDEN);
    JsonArray b1 = weight(1, HIDDEN);
    JsonArray w2 = weight(2, HIDDEN, Y);
    JsonArray b2 = weight(3, Y);
    JsonArray table = weight(4, words, HIDDEN);
    return new JsonArray()
        .add(call("dense", 3, x, w1, b1, hidden))
        .add(call("lookup", 2, ids, table, looked))
        .add(call("add_relu", 2, hidden, looked, hidden))
        .add(call("dense", 3, hidden, w2, b2, y))
        .add(call("top", 1, y, top));
  }

  private JsonArray cuda() {
    JsonArray x = area("io", 0, batch * X * 4);
    JsonArray ids = area("io", 256, batch * 16);
    JsonArray y = area("io", 512, batch * Y * 4);
    JsonArray top = area("io", 768, batch * 4);
    JsonArray hidden = area("ws", 0, batch * HIDDEN * 4);
    JsonArray looked = area("ws", 256, batch * HIDDEN * 4);
    return new JsonArray()
        .add(launch("dense", 0, 3, x, address(0), address(1), hidden, i32(X), list("null")))
        .add(launch("lookup", 0, 2, ids, address(4), looked, list("i64", 2L)))
        .add(launch("add_relu", 1, 2, hidden, looked, hidden, list("f32", 0.5)))
        .add(launch("dense", 0, 3, hidden, address(2), address(3), y, i32(HIDDEN)))
        .add(launch("top", 1, 1, y, top));
  }

  private static JsonObject call(String kernel, int writes, JsonArray... args) {
    return new JsonObject()
        .put("kernel", "__tvm_ffi_" + kernel)
        .put("module", 0)
        .put("args", list((Object[]) args))
        .put("writes", list(writes));
  }

  private static JsonObject launch(String kernel, int module, int writes, JsonArray... args) {
    return new JsonObject()
        .put("kernel", kernel)
        .put("module", module)
        .put("grid", list(4, 1, 1))
        .put("block", list(32, 1, 1))
        .put("shared_bytes", 1024)
        .put("args", list((Object[]) args))
        .put("writes", list(writes));
  }

  /** A tensor of that type in an area. */
  static JsonArray typed(String area, int offset, String dtype, int... dimensions) {
    int bytes = dtype.endsWith("64") ? 8 : 4;
    for (int dimension : dimensions) {
      bytes *= dimension;
    }
    return area(area, offset, bytes).add(dtype).add(shape(dimensions));
  }

  private static JsonArray area(String area, int offset, int bytes) {
    return list(area, offset, bytes);
  }

  private static JsonArray weight(int id, int... dimensions) {
    return list("w", id, "float32", shape(dimensions));
  }

  private static JsonArray address(int id) {
    return list("w", id);
  }

  private static JsonArray i32(int value) {
    return list("i32", value);
  }

  private static JsonArray list(Object... values) {
    JsonArray list = new JsonArray();
    for (Object value : values) {
      list.add(value);
    }
    return list;
  }
}
