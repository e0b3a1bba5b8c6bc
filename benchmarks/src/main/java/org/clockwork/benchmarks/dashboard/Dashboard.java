package org.clockwork.benchmarks.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.clockwork.benchmarks.cluster.Promises;
import org.clockwork.gateway.board.BoardPage;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The dashboard at a hundred devices and four thousand models: the simulator makes the stream, a
 * Chromium plays it, and what it costs to make and to pass on is measured beside it.
 */
@Command(name = "dashboard", mixinStandardHelpOptions = true)
public final class Dashboard implements Callable<Integer> {
  private static final double FRAMES_MIN = 30;
  private static final double SHARE_MAX = 0.05;

  @Option(names = "--devices", description = "100.")
  private int devices = 100;

  @Option(names = "--models", description = "4000.")
  private int models = 4_000;

  @Option(names = "--rate", description = "Requests a second; 12000.")
  private double rate = 12_000;

  @Option(names = "--seconds", description = "Of the stream, and of each measurement; 10.")
  private double seconds = 10;

  @Option(names = "--record", description = "Where to keep the stream, to be played by the page.")
  private Optional<Path> file = Optional.empty();

  @Option(names = "--screenshot", description = "Where to keep a picture of the page.")
  private Optional<Path> picture = Optional.empty();

  private Dashboard() {}

  /** Runs the benchmark; {@code --help} says with which options. */
  public static void run(String[] args) {
    int exitCode = new CommandLine(new Dashboard()).execute(args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  @Override
  public Integer call() throws Exception {
    List<String> lines = new ArrayList<>();
    new SimulatedBoard(devices, models, rate).record(seconds, _ -> {}); // The code is compiled.
    long boardNanos = new SimulatedBoard(devices, models, rate).record(seconds, lines::add);
    if (file.isPresent()) {
      Files.write(file.get(), lines);
    }
    System.out.printf(
        Locale.ROOT,
        "%d devices, %d models, %.0f requests a second: frames of %.1f kB, the first of %.0f kB%n",
        devices,
        models,
        rate,
        lines.stream().skip(1).mapToInt(String::length).average().orElse(0) / 1e3,
        lines.getFirst().length() / 1e3);
    double made = boardNanos / 1e9 / seconds;
    double passed = PassedOn.shareOfCore(lines);
    Promises.header();
    draw(lines);
    Promises.atMost("server, of one core", made + passed, SHARE_MAX, parts(made, passed));
    return 0;
  }

  private static String parts(double made, double passed) {
    return String.format(
        Locale.ROOT, "%.4f to listen and make frames, %.4f to pass them on", made, passed);
  }

  private void draw(List<String> lines) throws Exception {
    Optional<Path> program = Browser.program();
    if (program.isEmpty()) {
      System.out.println("no Chromium here (apt-get install chromium): pictures are not counted");
      return;
    }
    Vertx vertx = Vertx.vertx();
    Path profile = Files.createTempDirectory("clockwork-dashboard");
    HttpServer server = await(serve(vertx, String.join("\n", lines)));
    try (Browser browser = Browser.open(vertx, program.get(), profile)) {
      browser.look(1440, 900, "dark");
      browser.go("http://127.0.0.1:%d/?replay=/stream.ndjson".formatted(server.actualPort()));
      browser.await(
          "document.querySelectorAll('#fleet button').length >= %d".formatted(devices - 1));
      JsonArray drawn = (JsonArray) browser.evaluate(measure(Math.round(seconds * 1e3)));
      Promises.atLeast(
          "pictures a second",
          drawn.getDouble(0),
          FRAMES_MIN,
          String.format(Locale.ROOT, "the longest gap %.0f ms", drawn.getDouble(1)));
      if (picture.isPresent()) {
        browser.screenshot(picture.get());
      }
    } finally {
      await(vertx.close());
    }
  }

  /** What the page draws in so many milliseconds: pictures a second, and the longest gap. */
  private static String measure(long millis) {
    return """
    new Promise(done => {
      let pictures = 0, longest = 0, last = performance.now();
      const begun = last;
      const look = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        pictures++;
        if (now - begun < %d) requestAnimationFrame(look);
        else done([pictures * 1000 / (now - begun), longest]);
      };
      requestAnimationFrame(look);
    })\
    """
        .formatted(millis);
  }

  private static Future<HttpServer> serve(Vertx vertx, String stream) {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                BoardPage.fileAt(request.path().replaceFirst("^/(board/)?", ""))
                    .ifPresentOrElse(
                        name -> BoardPage.write(request, name),
                        () -> request.response().end(stream)))
        .listen(0, "127.0.0.1");
  }

  static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
  }
}
