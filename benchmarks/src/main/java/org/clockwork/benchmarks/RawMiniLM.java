package org.clockwork.benchmarks;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.launcher.demo.Tokenizer;

/**
 * ONNX Runtime by itself as it comes, on one thread, with sentences in batches of eight: what a
 * server of MiniLM on one core is measured against.
 */
public final class RawMiniLM implements AutoCloseable {
  private static final int BATCH = 8;
  private static final int SENTENCES = 64;

  private final BareSession session;
  private final BareSession.Batch batch;

  private RawMiniLM(BareSession session, BareSession.Batch batch) {
    this.session = session;
    this.batch = batch;
  }

  /**
   * @param cache where MiniLM and the tokenizer are, or go
   */
  public static RawMiniLM open(Path cache) throws IOException, OrtException {
    Path file = MiniLM.install(cache).resolve(MiniLM.MODEL).resolve("model.onnx");
    try (Tokenizer tokenizer = new Tokenizer(cache)) {
      BareSession session = BareSession.open(file, GraphOptimisation.ALL);
      return new RawMiniLM(
          session, session.batch(spec(), BATCH, OnnxOverhead.sentences(tokenizer, BATCH)));
    }
  }

  /** Sentences to send to it, a few dozen. */
  public static List<Tensors> sentences(Path cache) throws IOException {
    MiniLM.install(cache);
    try (Tokenizer tokenizer = new Tokenizer(cache)) {
      return OnnxOverhead.sentences(tokenizer, SENTENCES);
    }
  }

  /** As every server of it describes it. */
  public static ModelSpec spec() {
    List<Integer> tokens = List.of(MiniLM.SEQUENCE_LENGTH);
    return new ModelSpec(
        MiniLM.MODEL,
        MiniLM.MODEL,
        List.of(
            new TensorSpec("input_ids", DataType.INT64, tokens),
            new TensorSpec("attention_mask", DataType.INT64, tokens),
            new TensorSpec("token_type_ids", DataType.INT64, tokens)),
        List.of(
            new TensorSpec(
                "last_hidden_state", DataType.FP32, List.of(MiniLM.SEQUENCE_LENGTH, MiniLM.WIDTH))),
        0,
        0);
  }

  /** Rows per second, measured for so long. */
  public double perSecond(double seconds) throws OrtException {
    long begunNanos = System.nanoTime();
    long rows = 0;
    do {
      batch.run();
      rows += BATCH;
    } while (System.nanoTime() - begunNanos < seconds * 1e9);
    return rows * 1e9 / (System.nanoTime() - begunNanos);
  }

  /** What each batch takes, in nanoseconds, for so long: how far it can be foreseen at all. */
  public Histogram durations(double seconds) throws OrtException {
    Histogram durations = new Histogram(3);
    long endNanos = System.nanoTime() + (long) (seconds * 1e9);
    long begunNanos = System.nanoTime();
    do {
      batch.run();
      long nowNanos = System.nanoTime();
      durations.recordValue(nowNanos - begunNanos);
      begunNanos = nowNanos;
    } while (begunNanos < endNanos);
    return durations;
  }

  @Override
  public void close() throws OrtException {
    batch.close();
    session.close();
  }
}
