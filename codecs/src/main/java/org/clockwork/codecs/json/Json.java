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
   * Reads a whole file.
   *
   * @throws JsonException the file is too large, is not UTF-8 or is not JSON
   * @throws IOException it can't be read
   */
  public static JsonValue read(Path file) throws IOException, JsonException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new JsonException(
          new Problem(
              file.toString(),
              Position.START,
              "holds %d bytes; at most %d are read".formatted(Files.size(file), MAX_BYTES)));
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return parse(file.toString(), text);
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
    return parse(file, text, MAX_BYTES);
  }

  /** The same for what programs write, which may be longer. */
  public static JsonValue parse(String file, String text, int maxChars) throws JsonException {
    if (text.length() > maxChars) {
      throw new JsonException(
          new Problem(
              file,
              Position.START,
              "holds %d characters; at most %d are read".formatted(text.length(), maxChars)));
    }
    return new JsonParser(file, text).parse();
  }
}
