package org.clockwork.test.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.clockwork.client.api.Clockwork;
import org.clockwork.client.api.Model;
import org.clockwork.client.api.Tensor;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.ModelSource;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.gateway.upload.Archives;
import org.clockwork.gateway.upload.UploadsConfig;
import org.clockwork.launcher.OneProcess;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.worker.repository.ModelRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that come, change and go while the whole server runs, through every door. */
class ModelsAtRunTimeTest {
  private static final String MEASURED = "weights = 1000000L; b1 = 500000L; b4 = 900000L;";

  /** By that name the zoo knows what goes in and out: 1,000 bytes and 4. */
  private static final String MODEL = "fast_100us";

  private static final int ROW_BYTES = 1_000;

  @TempDir Path folder;

  private Path repository;
  private OneProcess process;
  private Vertx vertx;
  private HttpClient client;
  private int port;

  @BeforeEach
  void start() throws Exception {
    repository = Files.createDirectory(folder.resolve("models"));
    write(MODEL + "/1");
    Configuration defaults = Configuration.DEFAULT;
    var worker = defaults.worker().serving(repository);
    process =
        await(
            OneProcess.open(
                defaults
                    .with(worker.with(worker.devices().withOnnxDevices(0).withSimulatedGpus(1)))
                    .with(BridgeConfig.DEFAULT.onPort(BridgeConfig.NONE))
                    .with(
                        DoorsConfig.DEFAULT
                            .onPorts(0, DoorPorts.NONE, DoorPorts.NONE)
                            .with(
                                new UploadsConfig(
                                        UploadsConfig.NONE.repository(), 4096, 1 << 20, 9, 100, 1)
                                    .into(repository)))
                    .with(
                        defaults
                            .controller()
                            .logging(defaults.controller().log().in(folder.resolve("logs")))),
                new ModelRepository(repository)
                    .scan().models().stream().map(ModelSource.class::cast).toList(),
                _ -> {}));
    vertx = process.vertx();
    client = vertx.createHttpClient();
    port = process.doors().http().orElseThrow();
  }

  @AfterEach
  void stop() throws Exception {
    await(process.stop());
  }

  @Test
  void theHighestVersionIsMeantWhereNoneIsNamedAndAnOlderOneWhereItIs() throws Exception {
    write(MODEL + "/2");
    assertEquals(200, post("/v2/repository/models/" + MODEL + "/load", "{}").status());

    JsonObject metadata = get("/v2/models/" + MODEL).json();
    assertEquals(MODEL, metadata.getString("name"));
    assertEquals(List.of("1", "2"), metadata.getJsonArray("versions").getList());
    assertEquals("2", infer("/v2/models/" + MODEL).json().getString("model_version"));
    JsonObject older = infer("/v2/models/" + MODEL + "/versions/1").json();
    assertEquals("1", older.getString("model_version"));
    assertEquals(MODEL, older.getString("model_name"));
    assertTrue(older.getJsonObject("parameters").containsKey("load_us"), older::encode);
    Reply none = infer("/v2/models/" + MODEL + "/versions/3");
    assertEquals(404, none.status());
    assertEquals("unknown_version", none.json().getString("cause"));
    assertTrue(none.json().getString("error").contains("there are 1, 2"), none.body()::toString);
    assertEquals("1", get("/v2/models/" + MODEL + "/versions/1/ready").json().getString("version"));

    JsonArray index = post("/v2/repository/index", "{}").body().toJsonArray();
    assertEquals(
        List.of("1", "2"),
        index.stream().map(each -> ((JsonObject) each).getString("version")).toList());
  }

  @Test
  void aNewVersionTakesOverAndTheOldOneGoesWithoutOneFailedRequest() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<String> failures = new CopyOnWriteArrayList<>();
    Set<String> versions = new ConcurrentSkipListSet<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        clients.execute(() -> askUntil(over, versions, failures));
      }
      try {
        for (int version = 2; version <= 6; version++) {
          write(MODEL + "/" + version);
          assertEquals(200, post("/v2/repository/models/" + MODEL + "/load", "{}").status());
          awaitServed(versions, failures, Integer.toString(version));
          String old = "/v2/repository/models/%s/versions/%d/unload".formatted(MODEL, version - 1);
          assertEquals(200, post(old, "{}").status());
        }
      } finally {
        over.set(true);
      }
    }
    assertEquals(List.of(), failures);
    assertEquals(List.of("1", "2", "3", "4", "5", "6"), List.copyOf(versions));
    assertEquals(
        List.of("6"), get("/v2/models/" + MODEL).json().getJsonArray("versions").getList());
  }

  private void askUntil(AtomicBoolean over, Set<String> versions, List<String> failures) {
    try {
      while (!over.get()) {
        Reply reply = infer("/v2/models/" + MODEL);
        if (reply.status() == 200) {
          versions.add(reply.json().getString("model_version"));
        } else {
          failures.add(reply.body().toString());
        }
      }
    } catch (Exception e) {
      failures.add(e.toString());
    }
  }

  private static void awaitServed(Set<String> versions, List<String> failures, String version) {
    while (!versions.contains(version)) {
      assertEquals(List.of(), failures);
      Thread.onSpinWait();
    }
  }

  @Test
  void aModelThatIsUploadedIsServedOnceItIsLoadedAndForgottenOnceItIsUnloaded() throws Exception {
    byte[] archive = Archives.of("tar").file("model.measurements", MEASURED).bytes();
    Reply taken = post("/v2/repository/models/new/versions/1/upload", Buffer.buffer(archive));
    assertEquals(
        new JsonObject()
            .put("name", "new")
            .put("version", "1")
            .put("files", 1)
            .put("bytes", MEASURED.length()),
        taken.json());
    assertEquals(404, infer("/v2/models/new").status());

    Clockwork clockwork = Clockwork.connect(vertx);
    Model model = await(clockwork.load("new", "new"));
    assertEquals("new/1", model.name());
    Map<String, Tensor> inputs =
        Map.of("data", Tensor.of(new float[3 * 224 * 224], 1, 3, 224, 224));
    assertEquals(
        "output",
        await(clockwork.infer("new", inputs, Duration.ofSeconds(20)))
            .outputs()
            .keySet()
            .iterator()
            .next());
    await(clockwork.unload("new"));
    assertEquals(404, infer("/v2/models/new").status());
    assertTrue(Files.exists(repository.resolve("new/1/model.measurements")), "its files stay");
  }

  @Test
  void whatCanNotBeUploadedIsToldAndLeavesNothing() throws Exception {
    byte[] escape =
        Archives.of("zip").file("model.measurements", MEASURED).file("../../x", "x").bytes();
    Reply refused = post("/v2/repository/models/evil/upload", Buffer.buffer(escape));
    assertEquals(400, refused.status());
    assertEquals("invalid_upload", refused.json().getString("cause"));
    assertTrue(refused.json().getString("error").contains("'../../x'"), refused.body()::toString);

    assertEquals(
        413, post("/v2/repository/models/large/upload", Buffer.buffer(new byte[5000])).status());
    assertEquals(404, post("/v2/repository/models/evil/upload/x", Buffer.buffer()).status());
    assertEquals(405, get("/v2/repository/models/evil/upload").status());
    try (var left = Files.walk(folder)) {
      List<String> names = new ArrayList<>();
      left.filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(folder.resolve("logs")))
          .forEach(file -> names.add(folder.relativize(file).toString()));
      assertEquals(List.of("models/fast_100us/1/model.measurements"), names);
    }
  }

  @Test
  void anUploadWhoseClientGoesLeavesNothingAndItsPlaceIsFree() throws Exception {
    var socket = await(vertx.createNetClient().connect(port, "127.0.0.1"));
    await(
        socket.write(
            String.join(
                "\r\n",
                "POST /v2/repository/models/half/upload HTTP/1.1",
                "Host: x",
                "Content-Length: 999",
                "",
                "PK")));
    while (!Files.exists(repository.resolve(".uploads"))) {
      Thread.onSpinWait();
    }
    await(socket.close());
    byte[] archive = Archives.of("zip").file("model.measurements", MEASURED).bytes();
    Reply taken;
    do {
      taken = post("/v2/repository/models/whole/upload", Buffer.buffer(archive));
    } while (taken.status() == 503); // Until the place is free.
    assertEquals(200, taken.status(), taken.body()::toString);
    assertFalse(Files.exists(repository.resolve("half")));
  }

  @Test
  void aModelThatIsNowhereIsRefusedWithThePathWhereItWasLookedFor() throws Exception {
    Reply reply = post("/v2/repository/models/nosuch/load", "{}");
    assertEquals(503, reply.status());
    String error = reply.json().getString("error");
    assertTrue(error.contains(repository.resolve("nosuch").toString()), error);
    Reply outside = post("/v2/repository/models/..%2F..%2Fetc/load", "{}");
    assertTrue(outside.json().getString("error").contains("leads out"), outside.body()::toString);
  }

  @Test
  void onTheEventBusANameStandsForItsHighestVersionToo() throws Exception {
    write(MODEL + "/2");
    JsonObject loaded =
        models(new JsonObject().put("op", "load").put("name", MODEL).put("copies", 2));
    assertEquals(
        List.of(MODEL + "/2", MODEL + "/2#2"),
        loaded.getJsonArray("models").stream()
            .map(each -> ((JsonObject) each).getString("name"))
            .toList());
    JsonObject gone = models(new JsonObject().put("op", "unload").put("name", MODEL));
    assertFalse(gone.containsKey("error"), gone::encode);
    assertEquals(
        "unknown_model",
        models(new JsonObject().put("op", "unload").put("name", MODEL)).getString("code"));
    assertEquals(
        ErrorCode.UNKNOWN_MODEL.name().toLowerCase(Locale.ROOT),
        await(
                vertx
                    .eventBus()
                    .<JsonObject>request(
                        "clockwork.infer",
                        new JsonObject().put("model", MODEL).put("inputs", new JsonArray())))
            .body()
            .getString("code"));
  }

  private JsonObject models(JsonObject question) throws Exception {
    return await(vertx.eventBus().<JsonObject>request("clockwork.models", question)).body();
  }

  private void write(String model) throws IOException {
    Path into = Files.createDirectories(repository.resolve(model));
    Files.writeString(into.resolve("model.measurements"), MEASURED);
  }

  private record Reply(int status, Buffer body) {
    JsonObject json() {
      return body.toJsonObject();
    }
  }

  private Reply infer(String model) throws Exception {
    return send(
        HttpMethod.POST,
        model + "/infer",
        Map.of("Inference-Header-Content-Length", "0", "clockwork-slo-us", "20000000"),
        Buffer.buffer(new byte[ROW_BYTES]));
  }

  private Reply get(String path) throws Exception {
    return send(HttpMethod.GET, path, Map.of(), Buffer.buffer());
  }

  private Reply post(String path, String body) throws Exception {
    return post(path, Buffer.buffer(body));
  }

  private Reply post(String path, Buffer body) throws Exception {
    return send(HttpMethod.POST, path, Map.of(), body);
  }

  private Reply send(HttpMethod method, String path, Map<String, String> headers, Buffer body)
      throws Exception {
    return await(
        client
            .request(method, port, "127.0.0.1", path)
            .compose(
                request -> {
                  headers.forEach(request::putHeader);
                  return request
                      .send(body)
                      .compose(
                          response -> response.body().map(content -> reply(response, content)));
                }));
  }

  /** Of results that are bytes behind JSON the JSON alone. */
  private static Reply reply(HttpClientResponse response, Buffer content) {
    String length = response.getHeader("Inference-Header-Content-Length");
    return new Reply(
        response.statusCode(),
        length == null ? content : content.slice(0, Integer.parseInt(length)));
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
  }
}
