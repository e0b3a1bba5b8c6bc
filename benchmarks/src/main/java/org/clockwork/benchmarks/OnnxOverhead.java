package org.clockwork.benchmarks;

import ai.onnxruntime.OrtException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.Device.Inference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.onnx.OnnxDevice;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.gpunative.profile.ProfileStore;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.Tokenizer;
import org.clockwork.worker.repository.ModelRepository;
import org.clockwork.worker.repository.ProfileFiles;

/**
 * What the device adds to ONNX Runtime: the same model, the same sentences, in the same process,
 * run in turns by the device (EXEC alone, and INPUT + EXEC + OUTPUT) and by a bare session with
 * preallocated tensors and the same options. In turns, because a machine's speed drifts by more
 * than what is measured. Beside a busy machine only the processor time says anything.
 */
public final class OnnxOverhead {
  private static final ModelId MODEL = new ModelId(0);
  private static final int ROUNDS_OF_BATCH_1 = 400;
  private static final int ROUNDS_LEAST = 40;
  private static final int WARM_UPS = 5;
  private static final int LOADS = 20;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final PrintStream out;
  private final int rounds;

  private OnnxOverhead(PrintStream out, int rounds) {
    this.out = out;
    this.rounds = rounds;
  }

  /** Remembers the way of optimising that registering chose; the bare session uses the same. */
  private static final class Chosen implements ProfileStore {
    private Optional<Entry> entry = Optional.empty();

    @Override
    public Optional<Entry> find(Key key) {
      return Optional.empty();
    }

    @Override
    public void keep(Key key, Entry measured) {
      entry = Optional.of(measured);
    }

    GraphOptimisation optimisation() {
      return entry.orElseThrow().optimisation().orElseThrow();
    }
  }

  /**
   * Runs the benchmark.
   *
   * @param args the number of rounds at batch size 1, if not 400
   */
  public static void run(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : ROUNDS_OF_BATCH_1;
    new OnnxOverhead(System.out, rounds).run();
  }

  private void run() throws Exception {
    Path cache = ProfileFiles.userCache(System.getenv(), System.getProperty("user.home"));
    ModelSource source = new ModelRepository(MiniLM.install(cache)).find(MiniLM.MODEL);
    Chosen chosen = new Chosen();
    try (Tokenizer tokenizer = new Tokenizer(cache);
        Device device = new OnnxDevice(OnnxDevice.spec(1L << 30, 2, true), chosen)) {
      Device.Hosted hosted = device.register(MODEL, MiniLM.MODEL, source);
      PageSet pages = new PageSet(new int[hosted.profile().pages()]);
      out.printf(
          "%s on %s, graph optimised: %s%n",
          MiniLM.MODEL, device.spec().kind(), chosen.optimisation());
      loads(device, pages);
      device.load(MODEL, pages);
      try (BareSession bare =
          BareSession.open(((ModelSource.Onnx) source).file(), chosen.optimisation())) {
        out.println("p50, ms      elapsed                                       processor time");
        out.println(
            "             bare    EXEC  added  INPUT+EXEC+OUTPUT  added      bare    EXEC  added   rows/s");
        for (int batch : hosted.profile().execNanos().keySet()) {
          compare(device, hosted, bare, batch, sentences(tokenizer, batch));
        }
      }
    }
  }

  private void loads(Device device, PageSet pages) throws DeviceException {
    long[] nanos = new long[LOADS];
    for (int i = 0; i < LOADS; i++) {
      long begunNanos = System.nanoTime();
      device.load(MODEL, pages);
      nanos[i] = System.nanoTime() - begunNanos;
      device.unload(MODEL);
    }
    Arrays.sort(nanos);
    out.printf(
        "LOAD from host memory: median %.1f ms, worst of %d %.1f ms%n",
        median(nanos) / 1e6, LOADS, nanos[LOADS - 1] / 1e6);
  }

  static List<Tensors> sentences(Tokenizer tokenizer, int batch) {
    List<Tensors> parts = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      parts.add(tokenizer.tokenize("Sentence " + i + " says how long a sentence takes here."));
    }
    return parts;
  }

  private void compare(
      Device device, Device.Hosted hosted, BareSession bare, int batch, List<Tensors> parts)
      throws DeviceException, OrtException {
    BareSession.Batch bareBatch = bare.batch(hosted.spec(), batch, parts);
    int runs = Math.max(ROUNDS_LEAST, rounds / batch);
    long[] bareNanos = new long[runs];
    long[] execNanos = new long[runs];
    long[] allNanos = new long[runs];
    long[] bareCpuNanos = new long[runs];
    long[] execCpuNanos = new long[runs];
    for (int i = -WARM_UPS; i < runs; i++) {
      long begunCpuNanos = THREADS.getCurrentThreadCpuTime();
      long begunNanos = System.nanoTime();
      bareBatch.run();
      long bareEndedNanos = System.nanoTime();
      long bareEndedCpuNanos = THREADS.getCurrentThreadCpuTime();
      try (Inference inference = device.infer(MODEL, batch, parts)) {
        inference.input();
        long execBegunCpuNanos = THREADS.getCurrentThreadCpuTime();
        long execBegunNanos = System.nanoTime();
        inference.exec();
        long execEndedNanos = System.nanoTime();
        long execEndedCpuNanos = THREADS.getCurrentThreadCpuTime();
        inference.output();
        if (i >= 0) {
          bareNanos[i] = bareEndedNanos - begunNanos;
          execNanos[i] = execEndedNanos - execBegunNanos;
          bareCpuNanos[i] = bareEndedCpuNanos - begunCpuNanos;
          execCpuNanos[i] = execEndedCpuNanos - execBegunCpuNanos;
          allNanos[i] = System.nanoTime() - bareEndedNanos;
        }
      }
    }
    bareBatch.close();
    out.printf(
        "batch %2d %8.3f %7.3f %+5.1f%% %18.3f %+5.1f%% %9.3f %7.3f %+5.1f%% %8.1f%n",
        batch,
        median(bareNanos) / 1e6,
        median(execNanos) / 1e6,
        addedPercent(bareNanos, execNanos),
        median(allNanos) / 1e6,
        addedPercent(bareNanos, allNanos),
        median(bareCpuNanos) / 1e6,
        median(execCpuNanos) / 1e6,
        addedPercent(bareCpuNanos, execCpuNanos),
        batch * 1e9 / median(bareNanos));
  }

  private static double addedPercent(long[] bareNanos, long[] nanos) {
    return 100.0 * (median(nanos) - median(bareNanos)) / median(bareNanos);
  }

  private static long median(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
