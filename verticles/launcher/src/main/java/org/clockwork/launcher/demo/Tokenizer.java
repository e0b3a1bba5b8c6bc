package org.clockwork.launcher.demo;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clockwork.core.model.Tensors;

/** Turns a sentence into the three inputs that {@link MiniLM} takes. */
public final class Tokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  /**
   * One for a model that takes {@link MiniLM#SEQUENCE_LENGTH} tokens.
   *
   * @param cache as below
   */
  public Tokenizer(Path cache) throws IOException {
    this(cache, MiniLM.SEQUENCE_LENGTH);
  }

  /**
   * Opens it; touches no network.
   *
   * @param cache gets the native library (14 MB), which would otherwise go to the home folder
   * @param tokens that the model takes; shorter sentences are padded, longer ones cut
   */
  public Tokenizer(Path cache, int tokens) throws IOException {
    String natives = cache.resolve("natives").toString();
    System.setProperty("DJL_CACHE_DIR", natives);
    System.setProperty("ENGINE_CACHE_DIR", natives);
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try (InputStream table = MiniLM.tokenizerTable()) {
      this.tokenizer =
          HuggingFaceTokenizer.newInstance(
              table,
              Map.of(
                  "padding",
                  "max_length",
                  "truncation",
                  "true",
                  "maxLength",
                  Integer.toString(tokens),
                  "modelMaxLength",
                  Integer.toString(tokens)));
    }
  }

  /** {@code input_ids}, {@code attention_mask}, {@code token_type_ids}: one row. */
  public Tensors tokenize(String sentence) {
    Encoding encoding = tokenizer.encode(sentence);
    return new Tensors(
        1,
        List.of(
            longs(encoding.getIds()),
            longs(encoding.getAttentionMask()),
            longs(encoding.getTypeIds())));
  }

  private static ByteBuffer longs(long[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
