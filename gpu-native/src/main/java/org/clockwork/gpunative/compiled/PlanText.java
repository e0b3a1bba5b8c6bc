package org.clockwork.gpunative.compiled;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonValue;

/** Reads {@code model.json} as JSON, and compares it with its checksum where there is one. */
record PlanText(String sha256, JsonValue json) {
  /** Ten times what a ResNet-50 has with five batch sizes for five targets. */
  private static final int BYTES_MAX = 32 << 20;

  private static final int DIGEST_CHARS = 64;

  static PlanText read(Path file) throws PlanException {
    try {
      byte[] bytes = bytes(file);
      String sha256 = Sha256.of(bytes);
      checkSeal(file, sha256);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new PlanText(sha256, Json.parse(file.toString(), text, BYTES_MAX));
    } catch (JsonException e) {
      throw refused(e.getMessage());
    } catch (CharacterCodingException e) {
      throw refused(file + ": is not UTF-8 text: " + e.getMessage());
    } catch (IOException e) {
      throw refused(file + ": can't be read: " + e);
    }
  }

  private static byte[] bytes(Path file) throws IOException, PlanException {
    byte[] bytes = head(file, BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw refused(
          "%s: holds %d bytes; at most %d are read".formatted(file, Files.size(file), BYTES_MAX));
    }
    return bytes;
  }

  /** Whatever else a garbled plan may still say, it isn't what the compiler wrote. */
  private static void checkSeal(Path file, String found) throws IOException, PlanException {
    Path seal = file.resolveSibling(CompiledModel.SEAL_FILE);
    if (Files.notExists(seal)) {
      return;
    }
    String expected = new String(head(seal, DIGEST_CHARS), StandardCharsets.ISO_8859_1);
    if (!expected.equals(found)) {
      throw refused(
          "%s: has sha256 '%s'; %s says '%s': it was changed since it was compiled (run sha256sum again after a change by hand, or compile the model again)"
              .formatted(file, found, seal, expected));
    }
  }

  private static byte[] head(Path file, int bytes) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(bytes);
    }
  }

  private static PlanException refused(String problem) {
    return new PlanException(List.of(problem));
  }
}
