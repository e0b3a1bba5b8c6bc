package org.clockwork.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The project's own files, for tests of the style and of what ships beside the jars (conf, README,
 * scripts).
 */
final class ProjectFiles {
  private ProjectFiles() {}

  /** Folders whose {@code src/main/java} ships. Benchmarks and tests do not. */
  static final List<String> PRODUCTION_MODULES =
      List.of(
          "core",
          "codecs",
          "experiments",
          "gpu-native",
          "verticles/client",
          "verticles/controller",
          "verticles/worker",
          "verticles/gateway",
          "verticles/scripts",
          "verticles/launcher");

  /** The project's folder: what a clone creates. */
  static Path root() {
    return Path.of(
        Optional.ofNullable(System.getProperty("clockwork.root"))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "system property clockwork.root is not set; src/test/pom.xml sets it for"
                            + " Surefire, an editor needs -Dclockwork.root=FOLDER")));
  }

  /** A file's text; the path is relative to {@link #root}. */
  static String text(String path) {
    return text(root().resolve(path));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * A module's production sources, in the order of their paths; none where it has no such folder
   * yet.
   */
  static List<Path> sourcesOf(String module) {
    Path folder = root().resolve(module).resolve("src/main/java");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }
}
