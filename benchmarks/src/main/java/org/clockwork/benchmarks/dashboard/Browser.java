package org.clockwork.benchmarks.dashboard;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A Chromium without a window, and one page in it, driven over its DevTools protocol. It goes to no
 * network but this machine's own.
 */
public final class Browser implements AutoCloseable {
  private static final List<String> PROGRAMS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--remote-debugging-port=0");

  /** Of the keys that do something by themselves; others only mean what they are called. */
  private static final Map<String, Integer> KEY_CODES = Map.of("Enter", 13, "Escape", 27);

  private static final String LISTENING = "DevTools listening on ";
  private static final int FRAME_BYTES_MAX = 64 << 20;
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final WebSocketClient client;
  private final WebSocket socket;
  private final AtomicLong calls = new AtomicLong();
  private final Map<Long, Promise<JsonObject>> outstanding = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Browser(Process process, WebSocketClient client, WebSocket socket) {
    this.process = process;
    this.client = client;
    this.socket = socket;
    socket.textMessageHandler(this::on);
  }

  /** The program, where this machine has one. */
  public static Optional<Path> program() {
    return PROGRAMS.stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }

  /**
   * Opens an empty page.
   *
   * @param profile an empty folder
   */
  public static Browser open(Vertx vertx, Path program, Path profile) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(FLAGS);
    command.add("--user-data-dir=" + profile);
    command.add("about:blank");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("TMPDIR", profile.toString());
    Process process = builder.start();
    try {
      URI address = address(process);
      WebSocketClient client =
          vertx.createWebSocketClient(
              new WebSocketClientOptions()
                  .setMaxFrameSize(FRAME_BYTES_MAX)
                  .setMaxMessageSize(FRAME_BYTES_MAX));
      String page = await(page(vertx, address));
      WebSocket socket = await(client.connect(at(address, URI.create(page).getPath())));
      Browser browser = new Browser(process, client, socket);
      for (String domain : List.of("Runtime", "Log", "Page")) {
        browser.call(domain + ".enable", new JsonObject());
      }
      return browser;
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Where it listens: it says so itself, once it does. */
  private static URI address(Process process) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {})); // Else it would block.
        return URI.create(line.substring(LISTENING.length()));
      }
    }
    throw new IOException("the browser ended before it listened");
  }

  private static WebSocketConnectOptions at(URI address, String path) {
    return new WebSocketConnectOptions()
        .setHost(address.getHost())
        .setPort(address.getPort())
        .setURI(path);
  }

  private static Future<String> page(Vertx vertx, URI address) {
    HttpClient http = vertx.createHttpClient();
    return http.request(HttpMethod.GET, address.getPort(), address.getHost(), "/json/list")
        .compose(request -> request.send().compose(response -> response.body()))
        .map(
            body ->
                body.toJsonArray().stream()
                    .map(JsonObject.class::cast)
                    .filter(target -> target.getString("type").equals("page"))
                    .map(target -> target.getString("webSocketDebuggerUrl"))
                    .findFirst()
                    .orElseThrow());
  }

  private void on(String text) {
    JsonObject message = new JsonObject(text);
    if (message.containsKey("id")) {
      outstanding.remove(message.getLong("id")).complete(message);
      return;
    }
    switch (message.getString("method")) {
      case "Runtime.exceptionThrown", "Log.entryAdded" ->
          complaints.add(message.getJsonObject("params").encode());
      case "Runtime.consoleAPICalled" -> {
        if (message.getJsonObject("params").getString("type").equals("error")) {
          complaints.add(message.getJsonObject("params").encode());
        }
      }
      default -> {}
    }
  }

  /** One command of the protocol, and what came of it. */
  public JsonObject call(String method, JsonObject params) throws Exception {
    long id = calls.incrementAndGet();
    Promise<JsonObject> answered = Promise.promise();
    outstanding.put(id, answered);
    socket.writeTextMessage(
        new JsonObject().put("id", id).put("method", method).put("params", params).encode());
    JsonObject answer = await(answered.future());
    if (answer.containsKey("error")) {
      throw new IOException(method + ": " + answer.getJsonObject("error").encode());
    }
    return answer.getJsonObject("result");
  }

  /** A window of that size, light or dark as the system would have it. */
  public void look(int width, int height, String scheme) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
    call(
        "Emulation.setEmulatedMedia",
        new JsonObject()
            .put(
                "features",
                List.of(
                    new JsonObject().put("name", "prefers-color-scheme").put("value", scheme))));
  }

  public void go(String url) throws Exception {
    call("Page.navigate", new JsonObject().put("url", url));
  }

  /** What an expression of JavaScript is; where it is a promise, what that comes to. */
  public Object evaluate(String expression) throws Exception {
    JsonObject answer =
        call(
            "Runtime.evaluate",
            new JsonObject()
                .put("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true));
    if (answer.containsKey("exceptionDetails")) {
      throw new IOException(expression + ": " + answer.getJsonObject("exceptionDetails").encode());
    }
    return answer.getJsonObject("result").getValue("value");
  }

  /** Until the expression holds, which is tried with every picture that the page draws. */
  public void await(String expression) throws Exception {
    evaluate(
        "new Promise(done => { const look = () => (%s) ? done() : requestAnimationFrame(look); look(); })"
            .formatted(expression));
  }

  /** Presses a key as a person would. */
  public void press(String key) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      JsonObject event =
          new JsonObject()
              .put("type", type)
              .put("key", key)
              .put("windowsVirtualKeyCode", KEY_CODES.getOrDefault(key, 0));
      call("Input.dispatchKeyEvent", key.equals("Enter") ? event.put("text", "\r") : event);
    }
  }

  /** Everything that the page complained about so far. */
  public List<String> complaints() {
    return complaints;
  }

  public void screenshot(Path file) throws Exception {
    JsonObject answer =
        call("Page.captureScreenshot", new JsonObject().put("captureBeyondViewport", true));
    Files.write(file, Base64.getDecoder().decode(answer.getString("data")));
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    client.close();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
