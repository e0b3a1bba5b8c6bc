package org.clockwork.scripts;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A script's text.
 *
 * @param name what messages call it: the file, as it was found
 */
public record Script(String name, Language language, String text) {
  /** The folder of the scripts that are ready; looked into for a file that is not elsewhere. */
  public static final String FOLDER = "workload-scripts";

  /** Larger than any script that a person writes; a trace or a log was meant for something else. */
  private static final long BYTES_MAX = 1_000_000;

  /**
   * The script in this file: as given, or else in the folder of ready ones.
   *
   * @param ready that folder
   * @throws ScriptException there is none, or it is no script; the message says where it was looked
   *     for
   */
  public static Script read(String given, Path ready) {
    Language language =
        Language.of(given)
            .orElseThrow(
                () ->
                    new ScriptException(
                        "%s is no script; expected a file that ends in %s"
                            .formatted(given, Language.endings())));
    Path file = Path.of(given);
    if (!Files.isRegularFile(file) && !file.isAbsolute()) {
      file = ready.resolve(given);
    }
    if (!Files.isRegularFile(file)) {
      throw new ScriptException(
          "there is no script %s, neither here (%s) nor in %s; %s"
              .formatted(given, Path.of("").toAbsolutePath(), ready, thereAre(ready)));
    }
    // Found by its name alone, it is called by it: a path of this machine would say no more.
    return new Script(given, language, text(file));
  }

  /** Its first lines of comment: what it says of itself. */
  public String comment() {
    return text.lines()
        .takeWhile(line -> line.startsWith(language.comment()))
        .map(line -> line.substring(language.comment().length()).stripTrailing())
        .map(line -> line.startsWith(" ") ? line.substring(1) : line)
        .collect(Collectors.joining("\n"));
  }

  /** The names of the scripts in a folder. */
  public static List<String> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> Language.of(name).isPresent())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ScriptException("%s can't be listed: %s".formatted(folder, e), e);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new ScriptException(
            "%s has %d bytes; a script has at most %d"
                .formatted(file, Files.size(file), BYTES_MAX));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new ScriptException(file + " is no text in UTF-8", e);
    } catch (IOException e) {
      throw new ScriptException("%s can't be read: %s".formatted(file, e), e);
    }
  }

  private static String thereAre(Path ready) {
    List<String> names = in(ready);
    return names.isEmpty() ? "that folder holds none" : "there are " + String.join(", ", names);
  }
}
