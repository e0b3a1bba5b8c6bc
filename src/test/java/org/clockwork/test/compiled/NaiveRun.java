package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What docs/plan-format.md promises of ops, told byte by byte and with nothing of the production
 * code: each byte of an area remembers which op wrote it.
 */
final class NaiveRun {
  private static final int AREA_BYTES = 1 << 16;

  private final JsonObject plan;
  private final JsonObject batch;
  private final JsonObject program;
  private final Area io = new Area();
  private final Area workspace = new Area();
  private int write;

  private NaiveRun(JsonObject plan, JsonObject batch, JsonObject program) {
    this.plan = plan;
    this.batch = batch;
    this.program = program;
  }

  /** Fails where an op does what it must not. */
  static void check(JsonObject plan) {
    for (Object batch : plan.getJsonArray("batches")) {
      JsonObject targets = ((JsonObject) batch).getJsonObject("targets");
      for (String target : targets.fieldNames()) {
        new NaiveRun(plan, (JsonObject) batch, targets.getJsonObject(target)).run();
      }
    }
  }

  /** For each byte, the number of the write that it is from; 0 for none. */
  private static final class Area {
    private final int[] writers = new int[AREA_BYTES];
  }

  /** Some bytes of an area; the weights are none. */
  private record Bytes(Area area, int from, int to) {
    /** Who wrote them. */
    Set<Integer> writers() {
      Set<Integer> writers = new HashSet<>();
      for (int i = from; i < to; i++) {
        writers.add(area.writers[i]);
      }
      return writers;
    }

    boolean meets(Bytes other) {
      return area.equals(other.area) && from < other.to && other.from < to;
    }
  }

  private void run() {
    for (Object input : batch.getJsonArray("inputs")) {
      write(extent(io, "io_bytes", batch, (JsonObject) input));
    }
    int inputs = write;
    for (Object op : program.getJsonArray("ops")) {
      run((JsonObject) op, inputs);
    }
    for (Object output : batch.getJsonArray("outputs")) {
      Bytes bytes = extent(io, "io_bytes", batch, (JsonObject) output);
      assertEquals(1, bytes.writers().size(), () -> "an output of several writes: " + output);
      assertTrue(!bytes.writers().contains(0), () -> "an output that nobody wrote: " + output);
    }
  }

  private void run(JsonObject op, int inputs) {
    List<Bytes> reads = new ArrayList<>();
    List<Bytes> writes = new ArrayList<>();
    JsonArray args = op.getJsonArray("args");
    for (int i = 0; i < args.size(); i++) {
      JsonArray arg = args.getJsonArray(i);
      boolean written = op.getJsonArray("writes").contains(i);
      switch (arg.getString(0)) {
        case "io", "ws" -> (written ? writes : reads).add(bytes(arg));
        case "w" -> {
          assertTrue(!written, "a weight is written");
          plan.getJsonObject("weights").getJsonArray("tensors").getJsonObject(arg.getInteger(1));
        }
        default -> assertTrue(!written, "a number is written");
      }
    }
    for (Bytes read : reads) {
      assertEquals(1, read.writers().size(), () -> "reads what several wrote: " + op);
      assertTrue(!read.writers().contains(0), () -> "reads what nobody wrote: " + op);
      for (Bytes write : writes) {
        assertTrue(!write.meets(read) || write.equals(read), () -> "overwrites itself: " + op);
      }
    }
    for (Bytes write : writes) {
      for (int writer : write.area.equals(io) ? write.writers() : Set.<Integer>of()) {
        assertTrue(writer == 0 || writer > inputs, () -> "overwrites an input: " + op);
      }
      write(write);
    }
  }

  private void write(Bytes bytes) {
    write++;
    for (int i = bytes.from; i < bytes.to; i++) {
      bytes.area.writers[i] = write;
    }
  }

  private Bytes bytes(JsonArray arg) {
    JsonObject extent = Perceptron.extent(arg.getLong(1), arg.getLong(2));
    return arg.getString(0).equals("io")
        ? extent(io, "io_bytes", batch, extent)
        : extent(workspace, "workspace_bytes", program, extent);
  }

  private static Bytes extent(Area area, String size, JsonObject sized, JsonObject extent) {
    long from = extent.getLong("offset");
    long to = from + extent.getLong("bytes");
    assertTrue(
        from >= 0 && from < to && to <= sized.getLong(size) && from % 64 == 0,
        () -> extent + " lies outside of " + size);
    return new Bytes(area, Math.toIntExact(from), Math.toIntExact(to));
  }
}
