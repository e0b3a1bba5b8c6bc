package org.clockwork.codecs.json;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads JSON that people write by hand: strict (RFC 8259), except that {@code //} comments are
 * allowed. Bounded in size and depth, so that no file costs more than it could be worth.
 */
public final class Json {
  /**
   * A configuration is a few kilobytes; whoever names a model file by mistake learns it at once.
   */
  public static final int MAX_BYTES = 1 << 20;

  /** Deeper than any configuration, shallow enough for any thread's stack. */
  public static final int MAX_DEPTH = 64;

  private Json() {}

  /**
   * Reads a whole file of at most {@link #MAX_BYTES}.
   *
   * @throws JsonException the file is too large, is not UTF-8 or is not JSON
   * @throws IOException it can't be read
   */
  public static JsonValue read(Path file) throws IOException, JsonException {
    return read(file, MAX_BYTES);
  }

  /** The same for what programs write, which may be larger. */
  public static JsonValue read(Path file, int maxBytes) throws IOException, JsonException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(maxBytes + 1);
    }
    if (bytes.length > maxBytes) {
      throw new JsonException(
          new Problem(
              file.toString(),
              Position.START,
              "holds %d bytes; at most %d are read".formatted(Files.size(file), maxBytes)));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new JsonParser(file.toString(), text).parse();
    } catch (CharacterCodingException e) {
      throw new JsonException(
          new Problem(file.toString(), Position.START, "is not UTF-8 text: " + e.getMessage()));
    }
  }

  /**
   * Reads a text.
   *
   * @param file what messages call the text
   */
  public static JsonValue parse(String file, String text) throws JsonException {
    if (text.length() > MAX_BYTES) {
      throw new JsonException(
          new Problem(
              file,
              Position.START,
              "holds %d characters; at most %d are read".formatted(text.length(), MAX_BYTES)));
    }
    return new JsonParser(file, text).parse();
  }
}
