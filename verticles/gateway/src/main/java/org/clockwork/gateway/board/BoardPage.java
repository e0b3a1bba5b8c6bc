package org.clockwork.gateway.board;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The files of the dashboard's page. They are few and are held in memory; the page runs nothing
 * that is not among them, and may ask nobody but who served it.
 */
public final class BoardPage {
  private static final String INDEX = "index.html";

  private static final List<String> NAMES =
      List.of(
          INDEX,
          "style.css",
          "icon.svg",
          "app.js",
          "stream.js",
          "state.js",
          "format.js",
          "canvas.js",
          "gantt.js",
          "fleet.js",
          "charts.js",
          "models.js",
          "feed.js",
          "explain.js",
          "timeline.js",
          "token.js");

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final int NOT_MODIFIED = 304;

  private static final BoardPage PAGE = new BoardPage();

  private final Map<String, File> files = new HashMap<>();

  private record File(String type, String tag, Buffer content) {}

  private BoardPage() {
    NAMES.forEach(name -> files.put(name, read(name)));
  }

  /** The file that stands at a path's word; the empty one is the page itself. */
  public static Optional<String> fileAt(String word) {
    String name = word.isEmpty() ? INDEX : word;
    return NAMES.contains(name) ? Optional.of(name) : Optional.empty();
  }

  /**
   * @param name one of those that {@link #fileAt} finds
   */
  public static void write(HttpServerRequest request, String name) {
    File file = PAGE.files.get(name);
    HttpServerResponse response =
        request
            .response()
            .putHeader("ETag", file.tag())
            .putHeader("Cache-Control", "no-cache")
            .putHeader("Content-Security-Policy", POLICY)
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader("Referrer-Policy", "no-referrer");
    if (file.tag().equals(request.getHeader("If-None-Match"))) {
      response.setStatusCode(NOT_MODIFIED).end();
    } else {
      response.putHeader("Content-Type", file.type()).end(file.content());
    }
  }

  private static File read(String name) {
    try (InputStream in = BoardPage.class.getResourceAsStream(name)) {
      byte[] bytes = in.readAllBytes();
      CRC32C sum = new CRC32C();
      sum.update(bytes);
      String tag = "\"%08x-%x\"".formatted(sum.getValue(), bytes.length);
      return new File(type(name), tag, Buffer.buffer(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name + " of the dashboard", e);
    }
  }

  private static String type(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException(name + " is of no kind that a page has");
    };
  }
}
