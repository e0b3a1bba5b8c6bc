package org.clockwork.launcher.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.Device.Hosted;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/**
 * Takes a model through every step that a worker would have its device do, often enough to say how
 * long each takes. Whichever device: it is driven through the interface that all of them have.
 */
public final class ModelCheck {
  /** First runs are slower: memory is reserved in them. */
  private static final int WARM_UPS = 2;

  private static final int LOAD_WARM_UPS = 1;

  private final Device device;
  private final ModelId model;
  private final int bucket;
  private final Hosted hosted;
  private final int runs;

  /**
   * @param model registered on the device
   * @param bucket of the model, which is checked
   * @param hosted the model with all of its buckets
   * @param runs of LOAD, and of each batch size
   */
  public ModelCheck(Device device, ModelId model, int bucket, Hosted hosted, int runs) {
    this.device = device;
    this.model = model;
    this.bucket = bucket;
    this.hosted = new Hosted(hosted.spec().bucket(bucket), hosted.profiles().bucket(bucket));
    this.runs = runs;
  }

  /**
   * What was measured.
   *
   * @param exec by batch size, ascending
   * @param inputNanos for one row
   * @param outputNanos for one row
   * @param outputs of the input's rows alone, without padding
   */
  public record Measured(
      Durations load,
      NavigableMap<Integer, Durations> exec,
      long inputNanos,
      long outputNanos,
      Tensors outputs) {

    /** The form in which a worker keeps it. */
    public Profile profile(int pages) {
      NavigableMap<Integer, Long> execNanos = new TreeMap<>();
      exec.forEach((batch, durations) -> execNanos.put(batch, durations.upperNanos()));
      return new Profile(pages, load.upperNanos(), inputNanos, outputNanos, execNanos);
    }
  }

  /** How often something is run; {@code progress} hears of each. */
  public int steps() {
    return runs * (1 + hosted.profile().execNanos().size());
  }

  /** Of all runs together, by what is known before. */
  public long expectedNanos() {
    Profile known = hosted.profile();
    return runs * (known.loadNanos() + known.execNanos().values().stream().mapToLong(n -> n).sum());
  }

  /**
   * Runs everything; empty where it was stopped before.
   *
   * @param input one row or more, at most the largest batch; repeated for larger batches
   * @param progress told how many steps are through
   * @param stopped looked at between two steps
   */
  public Optional<Measured> run(Tensors input, LongConsumer progress, BooleanSupplier stopped)
      throws DeviceException {
    PageSet pages = new PageSet(IntStream.range(0, hosted.profile().pages()).toArray());
    long[] loadNanos = new long[runs];
    int done = 0;
    for (int run = -LOAD_WARM_UPS; run < runs; run++) {
      if (stopped.getAsBoolean()) {
        return Optional.empty();
      }
      if (run > -LOAD_WARM_UPS) {
        device.unload(model);
      }
      long begunNanos = System.nanoTime();
      device.load(model, pages);
      if (run >= 0) {
        loadNanos[run] = System.nanoTime() - begunNanos;
        progress.accept(++done);
      }
    }
    NavigableMap<Integer, Durations> exec = new TreeMap<>();
    Batch largest = null;
    for (int batch : hosted.profile().execNanos().keySet()) {
      Batch each = new Batch(batch, rows(input, batch));
      for (int run = -WARM_UPS; run < runs; run++) {
        if (stopped.getAsBoolean()) {
          return Optional.empty();
        }
        each.run(run);
        if (run >= 0) {
          progress.accept(++done);
        }
      }
      exec.put(batch, new Durations(each.execNanos));
      largest = each;
    }
    Tensors outputs = outputs(input);
    device.unload(model);
    return Optional.of(
        new Measured(
            new Durations(loadNanos),
            exec,
            new Durations(largest.inputNanos).upperNanos() / largest.batch,
            new Durations(largest.outputNanos).upperNanos() / largest.batch,
            outputs));
  }

  /** The runs of one batch size. */
  private final class Batch {
    private final int batch;
    private final Tensors input;
    private final long[] inputNanos = new long[runs];
    private final long[] execNanos = new long[runs];
    private final long[] outputNanos = new long[runs];

    Batch(int batch, Tensors input) {
      this.batch = batch;
      this.input = input;
    }

    /**
     * @param run below 0 nobody counts it
     */
    void run(int run) throws DeviceException {
      try (Inference inference = device.infer(model, bucket, batch, List.of(input))) {
        long begunNanos = System.nanoTime();
        inference.input();
        long copiedNanos = System.nanoTime();
        inference.exec();
        long executedNanos = System.nanoTime();
        inference.output();
        if (run >= 0) {
          inputNanos[run] = copiedNanos - begunNanos;
          execNanos[run] = executedNanos - copiedNanos;
          outputNanos[run] = System.nanoTime() - executedNanos;
        }
      }
    }
  }

  /** Once more in the smallest batch that takes all rows, as a worker would run them. */
  private Tensors outputs(Tensors input) throws DeviceException {
    int batch = hosted.profile().execNanos().ceilingKey(input.rows());
    try (Inference inference = device.infer(model, bucket, batch, List.of(input))) {
      inference.input();
      inference.exec();
      return inference.output().getFirst();
    }
  }

  /** So many rows: the input's, again from its first where it has fewer. */
  private Tensors rows(Tensors input, int wanted) {
    List<ByteBuffer> buffers = new ArrayList<>();
    List<TensorSpec> specs = hosted.spec().inputs();
    for (int i = 0; i < specs.size(); i++) {
      int rowBytes = specs.get(i).bytes();
      ByteBuffer given = input.buffers().get(i);
      ByteBuffer rows = ByteBuffer.allocateDirect(wanted * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int row = 0; row < wanted; row++) {
        int from = given.position() + row % input.rows() * rowBytes;
        rows.put(row * rowBytes, given, from, rowBytes);
      }
      buffers.add(rows);
    }
    return new Tensors(wanted, buffers);
  }
}
