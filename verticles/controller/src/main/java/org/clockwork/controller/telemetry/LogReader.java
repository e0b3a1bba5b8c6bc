package org.clockwork.controller.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a log that a controller wrote, or still writes: first the parts that were set aside, the
 * oldest before the others, then the newest. However large it is, one line is held at a time.
 */
public final class LogReader {
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path folder;
  private final String file;
  private final List<String> published;

  private LogReader(Path folder, String file, String header) {
    this.folder = folder;
    this.file = file;
    this.published = List.of(header.strip().split("\t"));
  }

  /** The request log in a folder. */
  public static LogReader requests(Path folder) {
    return new LogReader(folder, TelemetryLog.REQUESTS, RequestRow.HEADER);
  }

  /** The action log in a folder. */
  public static LogReader actions(Path folder) {
    return new LogReader(folder, TelemetryLog.ACTIONS, ActionRow.HEADER);
  }

  /** Who is given what stands in a log. */
  public interface Taker {
    /** A part begins; there may be no line in it. */
    default void part(Path part) {}

    /** The row is the same object each time, and holds the line until the next one. */
    void row(LogRow row);
  }

  /**
   * Every row of every part.
   *
   * @throws UnreadableLogException there is no such log, or a line is not one of it. A last line
   *     without its end is neither: it is still being written, or its writer was killed.
   */
  public void read(Taker taker) throws IOException {
    for (Path part : parts()) {
      taker.part(part);
      read(part, taker);
    }
  }

  /** The oldest first. */
  public List<Path> parts() throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UnreadableLogException(
          Files.exists(folder)
              ? folder + " is no folder; name the one that has the logs in it"
              : "there is no folder " + folder);
    }
    Pattern setAside =
        Pattern.compile(Pattern.quote(file).replace(".tsv", "\\E\\.(\\d{1,9})\\Q.tsv"));
    record Aside(Path path, int number) {}
    List<Aside> asides = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(
          path -> {
            Matcher matcher = setAside.matcher(path.getFileName().toString());
            if (matcher.matches()) {
              asides.add(new Aside(path, Integer.parseInt(matcher.group(1))));
            }
          });
    }
    List<Path> parts = new ArrayList<>();
    asides.stream()
        .sorted(Comparator.comparingInt(Aside::number).reversed())
        .map(Aside::path)
        .forEach(parts::add);
    if (Files.isRegularFile(folder.resolve(file))) {
      parts.add(folder.resolve(file));
    }
    if (parts.isEmpty()) {
      throw new UnreadableLogException(
          ("there is no %s in %s; a controller writes it into the folder that CLOCKWORK_LOG_DIR names,"
                  + " ./logs unless set")
              .formatted(file, folder));
    }
    return parts;
  }

  private void read(Path part, Taker taker) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int filled = 0;
    LogRow row = new LogRow(part, published);
    try (InputStream in = Files.newInputStream(part)) {
      while (true) {
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
          return;
        }
        int begin = 0;
        for (int i = filled; i < filled + read; i++) {
          if (buffer[i] == '\n') {
            if (row.take(buffer, begin, i)) {
              taker.row(row);
            }
            begin = i + 1;
          }
        }
        filled += read - begin;
        System.arraycopy(buffer, begin, buffer, 0, filled);
        if (filled == buffer.length) {
          throw row.endless(buffer);
        }
      }
    }
  }
}
