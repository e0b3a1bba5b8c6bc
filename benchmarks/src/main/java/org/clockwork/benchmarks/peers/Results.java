package org.clockwork.benchmarks.peers;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.benchmarks.oip.Door;

/**
 * What has been measured, on disk from the first figure on: each as a line of {@code
 * results.jsonl}, and all of it as a page, {@code results.md}. So a comparison that was broken off
 * goes on where it was.
 */
final class Results {
  private final Path lines;
  private final Path page;
  private final String heading;
  private final List<Standing> standings = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();

  private Results(Path folder, String heading) {
    this.lines = folder.resolve("results.jsonl");
    this.page = folder.resolve("results.md");
    this.heading = heading;
  }

  /**
   * @param terms what figures have to have in common to stand in one table; those that were
   *     measured under others are thrown away
   * @param heading of the page: the machine, the command, the date
   */
  static Results in(Path folder, String terms, String heading, boolean goOn) throws IOException {
    Results results = new Results(Files.createDirectories(folder), heading);
    List<String> lines = goOn ? results.read() : List.of();
    JsonObject first = new JsonObject().put("terms", terms);
    Files.writeString(results.lines, first.encode() + "\n");
    if (!lines.isEmpty() && lines.getFirst().equals(first.encode())) {
      for (String line : lines.subList(1, lines.size())) {
        results.take(line);
      }
    }
    return results;
  }

  private List<String> read() throws IOException {
    return Files.exists(lines) ? Files.readAllLines(lines) : List.of();
  }

  private void take(String line) throws IOException {
    JsonObject json;
    try {
      json = new JsonObject(line);
    } catch (DecodeException _) {
      return; // The run was broken off in the middle of it.
    }
    if (json.containsKey("door")) {
      add(Point.of(json));
    } else {
      add(Standing.of(json));
    }
  }

  boolean has(String server, Door door, double factor) {
    return points.stream().anyMatch(point -> point.isOf(server, door, factor));
  }

  boolean has(String server) {
    return standings.stream().anyMatch(standing -> standing.server().equals(server));
  }

  void add(Standing standing) throws IOException {
    standings.add(standing);
    keep(standing.json());
  }

  void add(Point point) throws IOException {
    points.add(point);
    keep(point.json());
  }

  private void keep(JsonObject json) throws IOException {
    Files.writeString(lines, json.encode() + "\n", StandardOpenOption.APPEND);
    Files.writeString(page, text());
  }

  Path page() {
    return page;
  }

  String text() {
    StringBuilder text = new StringBuilder(heading).append("\n\n").append(Point.HEADER);
    points.forEach(point -> text.append(point.row()).append('\n'));
    text.append('\n').append(Standing.HEADER);
    standings.forEach(standing -> text.append(standing.row()).append('\n'));
    return text.toString();
  }
}
