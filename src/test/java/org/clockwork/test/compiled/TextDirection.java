package org.clockwork.test.compiled;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.clockwork.test.CCompiler;

/**
 * A real model, the text-line direction classifier of PP-OCR (Apache-2.0), as {@code ./clockwork
 * compile --emit c} left it: its kernels are C source, which this machine's compiler makes a
 * library of.
 */
final class TextDirection {
  private TextDirection() {}

  /** Where it was committed. */
  private static Path committed() {
    try {
      URL plan = TextDirection.class.getResource("/compiled/text-direction/model.json");
      return Path.of(plan.toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A copy of it in that folder, with its kernels compiled. */
  static Path in(Path folder) throws IOException, InterruptedException {
    try (Stream<Path> files = Files.walk(committed())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(committed().relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    JsonObject plan = new JsonObject(Files.readString(folder.resolve("model.json")));
    for (String target : List.copyOf(plan.getJsonObject("targets").fieldNames())) {
      JsonObject module =
          plan.getJsonObject("targets")
              .getJsonObject(target)
              .getJsonArray("modules")
              .getJsonObject(0);
      Path library = folder.resolve(module.getString("file"));
      CCompiler.compile(source(library), library, "-O1");
      byte[] code = Files.readAllBytes(library);
      module.put("bytes", code.length).put("sha256", Perceptron.sha256(code));
    }
    Files.writeString(folder.resolve("model.json"), plan.encode());
    // The committed checksum is of the plan with another compiler's library.
    Files.deleteIfExists(folder.resolve("model.json.sha256"));
    return folder;
  }

  private static Path source(Path library) {
    String name = library.getFileName().toString();
    return library.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".c");
  }
}
