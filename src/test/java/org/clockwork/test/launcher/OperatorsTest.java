package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.clockwork.test.tracing.SpanReceiver;
import org.clockwork.test.tracing.SpanReceiver.Received;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators see and change of a server that runs. */
@Timeout(180)
class OperatorsTest {
  private static final Path ROOT = Path.of(System.getProperty("clockwork.root"));
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final int IMAGE_BYTES = 602_112;

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> environment = new HashMap<>();
  private Path conf;

  @BeforeEach
  void copyTheShippedSettings() throws IOException {
    environment.put("CLOCKWORK_CLUSTER", "operators-" + UUID.randomUUID());
    conf = Files.createDirectory(folder.resolve("conf"));
    try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
      for (Path file : files.toList()) {
        Files.copy(file, conf.resolve(file.getFileName()));
      }
    }
  }

  @Test
  void aServerTellsItsLinesInJsonItsRequestsAsSpansAndItsChangesInTheAudit() throws Exception {
    try (SpanReceiver receiver = new SpanReceiver()) {
      environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
      try (Launched serve = serve("--log-format=json")) {
        int port = port(serve, "REST at http://127.0.0.1:(\\d+)");
        serve.lineWith("Ctrl-C ends it");
        for (String line : serve.out()) {
          assertEquals("clockwork.serve", new JsonObject(line).getString("logger"), line);
        }
        HttpResponse<String> answer = infer(port, "shop", TRACEPARENT);
        assertEquals(200, answer.statusCode(), answer.body());
        assertSpansOf(receiver, answer.headers().toString());
        assertEquals(200, post(port, "/v2/repository/models/resnet50_v2/unload").statusCode());
        assertUsage(port);
        serve.interrupt();
        assertEquals(0, serve.ended(), serve.err());
      }
    }
    List<String> audit = Files.readAllLines(folder.resolve("logs/clockwork_audit.0.jsonl"));
    assertEquals(1, audit.size(), audit::toString);
    JsonObject unload = new JsonObject(audit.getFirst());
    assertEquals("unload", unload.getString("action"));
    assertEquals("resnet50_v2", unload.getString("what"));
    assertTrue(unload.getString("address").startsWith("127.0.0.1:"), unload::encode);
  }

  private static void assertSpansOf(SpanReceiver receiver, String answer) throws Exception {
    Map<String, Received> spans = new HashMap<>();
    Set<String> wanted = new HashSet<>(Set.of("infer", "queue", "load", "input", "exec", "output"));
    while (!wanted.isEmpty()) {
      Received span = receiver.next();
      assertEquals("0af7651916cd43dd8448eb211c80319c", span.trace(), answer);
      spans.put(span.name(), span);
      wanted.remove(span.name());
    }
    Received infer = spans.remove("infer");
    assertEquals("b7ad6b7169203331", infer.parent());
    assertEquals("shop", infer.attributes().get("clockwork.tenant"));
    assertEquals("true", infer.attributes().get("clockwork.cold_start"));
    for (Received below : spans.values()) {
      assertEquals(infer.id(), below.parent(), below::name);
    }
  }

  private void assertUsage(int port) throws Exception {
    JsonObject usage = new JsonObject(get(port, "/usage").body());
    JsonObject shop =
        usage.getJsonArray("tenants").stream()
            .map(JsonObject.class::cast)
            .filter(tenant -> tenant.getString("tenant").equals("shop"))
            .findFirst()
            .orElseThrow();
    assertEquals(1, shop.getInteger("rows"));
    assertTrue(shop.getDouble("exec_seconds") > 0.001, shop::encode);
    try (Launched told = launched("usage")) {
      assertEquals(0, told.ended(), told.err());
      assertTrue(
          told.out().stream().anyMatch(line -> line.matches("shop +1 .*")), told.out()::toString);
    }
  }

  @Test
  void settingsThatCanChangeDoAndTheOthersAreNamedAndAWrongFileChangesNothing() throws Exception {
    try (Launched serve = serve()) {
      int port = port(serve, "REST at http://127.0.0.1:(\\d+)");
      serve.lineWith("Ctrl-C ends it");
      replace("gateway.json", "\"maxSloMillis\": 3600000", "\"maxSloMillis\": 5000");
      replace("gateway.json", "\"maxConnections\": 10000", "\"maxConnections\": 9999");
      replace("controller.json", "\"tenantWeights\": {}", "\"tenantWeights\": {\"shop\": 3}");
      JsonObject reply = reloaded(0);
      assertEquals(
          List.of(
              "controller.json scheduler.tenantWeights.shop: (not set) -> 3",
              "gateway.json maxSloMillis: 3600000 -> 5000"),
          reply.getJsonArray("changed").getList());
      assertEquals(
          List.of("gateway.json maxConnections: 10000 -> 9999"),
          reply.getJsonArray("restart").getList());
      assertTooLong(port, 6_000_000);

      replace("gateway.json", "\"maxSloMillis\": 5000", "\"maxSloMilis\": 1000");
      JsonObject wrong = reloaded(2);
      assertFalse(wrong.containsKey("changed"), wrong::encode);
      assertTrue(
          wrong
              .getJsonArray("problems")
              .getString(0)
              .matches(".*gateway.json:\\d+:\\d+: unknown key.*"),
          wrong::encode);
      assertEquals(400, infer(port, 6_000_000).statusCode(), "what held before holds still");

      replace("gateway.json", "\"maxSloMilis\": 1000", "\"maxSloMillis\": 5000");
      assertEquals(new JsonArray(), reloaded(0).getJsonArray("changed"));
      serve.interrupt();
      assertEquals(0, serve.ended(), serve.err());
      assertTrue(
          serve.out().contains("Not before a restart: gateway.json maxConnections: 10000 -> 9999"),
          serve.out()::toString);
    }
    List<String> audit = Files.readAllLines(folder.resolve("logs/clockwork_audit.0.jsonl"));
    assertEquals(2, audit.size(), audit::toString);
    assertEquals("configure", new JsonObject(audit.getFirst()).getString("action"));
    assertTrue(new JsonObject(audit.getFirst()).getString("address").startsWith("127.0.0.1:"));
    assertEquals("failed", new JsonObject(audit.getLast()).getString("result"));
  }

  private void assertTooLong(int port, long sloMicros) throws Exception {
    HttpResponse<String> refused = infer(port, sloMicros);
    assertEquals(400, refused.statusCode());
    assertTrue(refused.body().contains("5000"), refused.body());
  }

  @Test
  void withoutAReceiverNothingOfOpenTelemetryIsLoaded() throws Exception {
    Path classes = folder.resolve("classes.txt");
    environment.put("CLOCKWORK_JAVA_OPTS", "-Xlog:class+load:file=" + classes);
    try (Launched serve = serve()) {
      int port = port(serve, "REST at http://127.0.0.1:(\\d+)");
      serve.lineWith("Ctrl-C ends it");
      assertEquals(200, infer(port, "shop", TRACEPARENT).statusCode());
      serve.interrupt();
      assertEquals(0, serve.ended(), serve.err());
    }
    List<String> loaded = Files.readAllLines(classes);
    assertTrue(loaded.stream().anyMatch(line -> line.contains("org.clockwork.gateway.")));
    assertEquals(
        List.of(), loaded.stream().filter(line -> line.contains("io.opentelemetry.")).toList());
  }

  private Launched serve(String... more) throws IOException {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "serve",
                    "--simulated-gpus=1",
                    "--conf=" + conf,
                    "--http-port=0",
                    "--grpc-port=0",
                    "--metrics-port=0"),
                Stream.of(more))
            .toList();
    return launched(arguments.toArray(String[]::new));
  }

  private Launched launched(String... arguments) throws IOException {
    return Launched.clockwork(folder, environment, arguments);
  }

  private static int port(Launched serve, String form) throws IOException {
    Matcher line = Pattern.compile(form).matcher(serve.lineWith("Open Inference Protocol"));
    assertTrue(line.find());
    return Integer.parseInt(line.group(1));
  }

  private void replace(String file, String before, String after) throws IOException {
    Path path = conf.resolve(file);
    String text = Files.readString(path);
    assertTrue(text.contains(before), before);
    Files.writeString(path, text.replace(before, after));
  }

  /** What the one process of the cluster replied. */
  private JsonObject reloaded(int exitCode) throws Exception {
    try (Launched reload = launched("reload", "--json=-")) {
      assertEquals(exitCode, reload.ended(), reload.err());
      JsonArray processes =
          new JsonObject(String.join("\n", reload.out())).getJsonArray("processes");
      assertEquals(1, processes.size(), processes::encode);
      return processes.getJsonObject(0);
    }
  }

  private HttpResponse<String> infer(int port, String tenant, String traceparent) throws Exception {
    return send(
        inference(port)
            .header("traceparent", traceparent)
            .header("clockwork-tenant", tenant)
            .header("clockwork-slo-us", "5000000"));
  }

  private HttpResponse<String> infer(int port, long sloMicros) throws Exception {
    return send(inference(port).header("clockwork-slo-us", Long.toString(sloMicros)));
  }

  private static HttpRequest.Builder inference(int port) {
    return HttpRequest.newBuilder(uri(port, "/v2/models/resnet50_v2/infer"))
        .header("Inference-Header-Content-Length", "0")
        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[IMAGE_BYTES]));
  }

  private HttpResponse<String> post(int port, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(port, path)).POST(HttpRequest.BodyPublishers.noBody()));
  }

  private HttpResponse<String> get(int port, String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(port, path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
