package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.FakeCluster.await;
import static org.clockwork.test.gateway.RestClient.binary;
import static org.clockwork.test.gateway.RestClient.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.core.model.DataType;
import org.clockwork.core.request.Request;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The Open Inference Protocol over HTTP, byte by byte. */
@Timeout(60)
class RestDoorTest {
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";
  private static final String INFER = "/v2/models/fp32/infer";

  /** Small, so that what is beyond them is small too. */
  private static final DoorsConfig LIMITS =
      DoorsConfig.DEFAULT.with(new DoorLimits(1 << 20, 64 << 10, 2 << 20, 10));

  private FakeCluster cluster;
  private int port;
  private RestClient client;
  private NetClient net;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    port = cluster.open(LIMITS).http().orElseThrow();
    client = new RestClient(cluster.vertx, port);
    net = cluster.vertx.createNetClient();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void livingAndBeingReadyAreToldInJson() throws Exception {
    assertEquals(new JsonObject().put("live", true), client.get("/v2/health/live").json());
    assertEquals(new JsonObject().put("ready", true), client.get("/v2/health/ready").json());
    assertEquals(200, client.get("/v2/models/fp32/ready").status());
    assertEquals(
        new JsonObject().put("ready", true).put("live", true), client.get("/health").json());
  }

  @Test
  void aModelIsDescribedWithItsBatchDimensionInFront() throws Exception {
    JsonObject metadata = client.get("/v2/models/int8/versions/1").json();
    JsonObject tensor =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "INT8")
            .put("shape", new JsonArray(List.of(-1, 2, 2)));
    assertEquals(new JsonArray(List.of(tensor)), metadata.getJsonArray("inputs"));
    assertEquals(new JsonArray(List.of("1")), metadata.getJsonArray("versions"));
    JsonObject config = client.get("/v2/models/int8/config").json();
    assertEquals(2_000, config.getInteger("max_batch_size"));
    assertEquals(
        "TYPE_INT8", config.getJsonArray("output").getJsonObject(0).getString("data_type"));
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void everyDatatypeComesBackAsItWasSentInJsonAndInBytes(DataType type) throws Exception {
    String model = type.name().toLowerCase(Locale.ROOT);
    Object[] data =
        type == DataType.BOOL ? new Object[] {true, false, false, true} : new Object[] {1, 0, 5, 7};
    JsonObject inJson = output(client.infer(model, question(type.name(), data)));
    assertEquals(type.name(), inJson.getString("datatype"));
    assertEquals(new JsonArray(List.of(1, 2, 2)), inJson.getJsonArray("shape"));
    assertEquals(4, inJson.getJsonArray("data").size());

    byte[] bytes = new byte[2 * 4 * type.bytes()];
    new Random(7).nextBytes(bytes);
    RestClient.Response inBytes =
        binaryInfer(
            model,
            new JsonObject()
                .put("parameters", new JsonObject().put("binary_data_output", true))
                .put("inputs", new JsonArray().add(binary(type.name(), 2, bytes.length))),
            bytes);
    int length = Integer.parseInt(inBytes.header(JSON_LENGTH.toLowerCase(Locale.ROOT)));
    assertEquals(Buffer.buffer(bytes), inBytes.body().getBuffer(length, inBytes.body().length()));
    JsonObject described =
        inBytes.body().getBuffer(0, length).toJsonObject().getJsonArray("outputs").getJsonObject(0);
    assertEquals(new JsonArray(List.of(2, 2, 2)), described.getJsonArray("shape"));
    assertEquals(
        bytes.length, described.getJsonObject("parameters").getInteger("binary_data_size"));
  }

  @Test
  void integersMayBeWrittenAsReals() throws Exception {
    JsonObject output = output(client.infer("int64", question("INT64", 5.0, 1.0, -2.0, 0)));
    assertEquals(new JsonArray(List.of(5, 1, -2, 0)), output.getJsonArray("data"));
  }

  @Test
  void aLengthOfTheJsonThatIsAllOfTheBodyMeansThatThereIsNothingBehindIt() throws Exception {
    Buffer body = question("FP32", 1, 2, 3, 4).toBuffer();
    assertEquals(
        200,
        client.post(INFER, Map.of(JSON_LENGTH, Integer.toString(body.length())), body).status());
  }

  @Test
  void aBodyWithoutJsonIsTheOnlyInput() throws Exception {
    byte[] bytes = new byte[2 * 16];
    RestClient.Response response =
        client.post(INFER, Map.of(JSON_LENGTH, "0"), Buffer.buffer(bytes));
    assertEquals(200, response.status(), response.body()::toString);
    assertEquals(2, cluster.asked.take().rows());
  }

  @Test
  void outputsThatAreNamedAreGivenInTheirForm() throws Exception {
    JsonObject question =
        question("FP32", 1, 2, 3, 4)
            .put("parameters", new JsonObject().put("binary_data_output", true))
            .put(
                "outputs",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("name", "y")
                            .put("parameters", new JsonObject().put("binary_data", false))));
    assertEquals(
        new JsonArray(List.of(1.0, 2.0, 3.0, 4.0)),
        output(client.infer("fp32", question)).getJsonArray("data"));
    assertInvalid(
        question("FP32", 1, 2, 3, 4)
            .put("outputs", new JsonArray().add(new JsonObject().put("name", "z"))),
        "output 'z' is none of model 'fp32', which gives [y]");
  }

  @Test
  void theTightestOfAllObjectivesHolds() throws Exception {
    JsonObject question =
        question("FP32", 1, 2, 3, 4)
            .put(
                "parameters",
                new JsonObject()
                    .put("slo_us", 8_000_000)
                    .put("timeout", 7_000_000)
                    .put("slo_factor", 9_000));
    client.infer("fp32", question);
    assertEquals(TimeUnit.SECONDS.toNanos(7), cluster.asked.take().sloNanos());
    client.post(INFER, Map.of("clockwork-slo-us", "6000000"), question.toBuffer());
    assertEquals(TimeUnit.SECONDS.toNanos(6), cluster.asked.take().sloNanos());
    // Triton's clients send 0 where they want none.
    client.infer(
        "fp32", question.put("parameters", new JsonObject().put("timeout", 0).put("slo_us", 9e6)));
    assertEquals(TimeUnit.SECONDS.toNanos(9), cluster.asked.take().sloNanos());
  }

  @Test
  void tenantPriorityAndWhatItIsARetryOfReachTheController() throws Exception {
    JsonObject question =
        question("FP32", 1, 2, 3, 4)
            .put(
                "parameters",
                new JsonObject().put("tenant", "shop").put("priority", 2).put("retry_of", "G0-7"));
    client.infer("fp32", question);
    Request asked = cluster.asked.take();
    assertEquals("shop", asked.tenant());
    assertEquals(2, asked.priority());
    assertEquals("G0-7", asked.retryOf().orElseThrow().toString());
    client.post(INFER, Map.of("clockwork-tenant", "proxy"), question.toBuffer());
    assertEquals("proxy", cluster.asked.take().tenant());
  }

  @Test
  void aRefusalSaysWhyAndWhenToComeBack() throws Exception {
    RestClient.Response response = client.infer("refused", question("FP32", 1, 2, 3, 4));
    assertEquals(503, response.status());
    assertTrue(List.of("1", "2").contains(response.header("retry-after")), response::toString);
    JsonObject body = response.json();
    assertEquals("not loaded", body.getString("error"));
    assertEquals("cold_start", body.getString("cause"));
    assertEquals(7, body.getLong("retry_after_us"));
    assertEquals(1_007, body.getLong("earliest_completion_us"));
    assertTrue(body.getString("request_id").startsWith("g-"), body::encode);
  }

  @Test
  void anObjectiveThatPassesIsAStatusOfItsOwn() throws Exception {
    RestClient.Response response =
        client.infer(
            "silent",
            question("FP32", 1, 2, 3, 4).put("parameters", new JsonObject().put("slo_us", 20_000)));
    assertEquals(504, response.status());
    assertEquals("timed_out", response.json().getString("cause"));
  }

  @Test
  void aClientThatClosesItsConnectionHasCancelled() throws Exception {
    NetSocket socket = await(net.connect(port, "127.0.0.1"));
    Buffer body =
        question("FP32", 1, 2, 3, 4)
            .put("parameters", new JsonObject().put("slo_us", 3_000_000_000L))
            .toBuffer();
    await(socket.write(head("silent", body.length()).appendBuffer(body)));
    Request asked = cluster.asked.take();
    await(socket.close());
    assertEquals(asked.id(), cluster.cancellations.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void whatCannotComeInIsToldWithoutReadingItsBody() throws Exception {
    Map<String, String> refusals =
        Map.of(
            "nobody", "404 Not Found",
            "fp32/versions/2", "404 Not Found");
    for (Map.Entry<String, String> refusal : refusals.entrySet()) {
      // The body is announced and never sent.
      String answer = said(head(refusal.getKey(), 600_000));
      assertTrue(answer.startsWith("HTTP/1.1 " + refusal.getValue()), answer);
    }
    String tooLarge = said(head("fp32", (1 << 20) + 1));
    assertTrue(tooLarge.startsWith("HTTP/1.1 413"), tooLarge);
    assertTrue(tooLarge.contains("maxBodyBytes=1048576"), tooLarge);
  }

  @Test
  void aFullGatewayRefusesBeforeItReadsTheBody() throws Exception {
    stop();
    cluster = new FakeCluster(1);
    port = cluster.open(LIMITS).http().orElseThrow();
    net = cluster.vertx.createNetClient();
    NetSocket busy = await(net.connect(port, "127.0.0.1"));
    Buffer body = question("FP32", 1, 2, 3, 4).toBuffer();
    await(busy.write(head("silent", body.length()).appendBuffer(body)));
    cluster.asked.take();
    // The body is announced and never sent.
    String answer = said(head("fp32", 600_000));
    assertTrue(answer.startsWith("HTTP/1.1 503"), answer);
    await(busy.close());
  }

  @Test
  void whoWaitsToBeAskedForTheBodyIsAskedWhereItIsWanted() throws Exception {
    Buffer body = question("FP32", 1, 2, 3, 4).toBuffer();
    String expect = "Expect: 100-continue\r\n";
    String asked = said(head("fp32", body.length(), expect));
    assertTrue(asked.startsWith("HTTP/1.1 100 Continue"), asked);
    String refused = said(head("nobody", body.length(), expect));
    assertTrue(refused.startsWith("HTTP/1.1 404"), refused);
  }

  @Test
  void aRefusedRequestLeavesItsConnectionUsable() throws Exception {
    NetSocket socket = await(net.connect(port, "127.0.0.1"));
    Buffer body = question("FP32", 1, 2, 3, 4).toBuffer();
    Heard heard = new Heard(socket);
    await(socket.write(head("nobody", body.length()).appendBuffer(body)));
    heard.until("unknown_model");
    await(socket.write(head("fp32", body.length()).appendBuffer(body)));
    heard.until("outputs");
  }

  @Test
  void aBodyOfUnknownLengthIsReadUpToTheLimit() throws Exception {
    NetSocket socket = await(net.connect(port, "127.0.0.1"));
    Heard heard = new Heard(socket);
    socket.write(
        "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".formatted(INFER));
    String chunk = "10000\r\n" + "7".repeat(0x10000) + "\r\n";
    for (int i = 0; i <= 16; i++) {
      socket.write(chunk);
    }
    String answer = heard.until("maxBodyBytes");
    assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
  }

  @Test
  void jsonHasALimitOfItsOwn() throws Exception {
    JsonObject question = question("FP32", 1, 2, 3, 4).put("id", "7".repeat(64 << 10));
    assertInvalid(question, "are more than maxJsonBytes=65536; send tensors as binary data");
  }

  @Test
  void moreConnectionsThanTheLimitAreClosed() throws Exception {
    List<NetSocket> open = new ArrayList<>();
    for (int i = 0; i < LIMITS.limits().maxConnections(); i++) {
      open.add(await(net.connect(port, "127.0.0.1")));
    }
    // Each has been answered, so each counts.
    for (NetSocket socket : open) {
      Heard heard = new Heard(socket);
      socket.write("GET /v2/health/live HTTP/1.1\r\nHost: x\r\n\r\n");
      heard.until("true");
    }
    Promise<Void> closed = Promise.promise();
    // On the event loop of the connection: it may be closed before anybody else hears of it.
    cluster.vertx.runOnContext(
        _ ->
            net.connect(port, "127.0.0.1")
                .onSuccess(socket -> socket.closeHandler(_ -> closed.complete())));
    await(closed.future());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{ | the body is no JSON: ",
        "[] | the message is an array of 0; a JSON object is expected",
        "{} | field 'inputs' is missing; an array is expected",
        "{'inputs': [7]} | field 'inputs[0]' is 7; an object is expected",
        "{'inputs': [{'name': 'x', 'datatype': 'FP33', 'shape': [1], 'data': [1]}]} | input 'x':"
            + " field 'inputs[0].datatype' is the string 'FP33'",
        "{'inputs': [{'name': 'x', 'datatype': 'BYTES', 'shape': [1], 'data': ['a']}]} | input 'x':"
            + " field 'inputs[0].datatype' is the string 'BYTES'",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [-1], 'data': [1]}]} | input 'x':"
            + " field 'inputs[0].shape[0]' is -1; an integer from 0 is expected",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'data': [1, 2, 3,"
            + " 'four']}]} | input 'x': inputs[0].data[3] is the string 'four'; FP32, a number, is"
            + " expected",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'parameters':"
            + " {'binary_data_size': 16}}]} | input 'x': binary_data_size is 16, only 0 bytes are"
            + " left behind the JSON",
        "{'inputs': [{'name': 'z', 'datatype': 'FP32', 'shape': [1], 'data': [1]}]} | input 'z' is"
            + " none of model 'fp32', which takes 'x' FP32 [n, 2, 2]",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'parameters':"
            + " {'shared_memory_region': 'r'}}]} | input 'x': field"
            + " 'inputs[0].parameters.shared_memory_byte_size' is missing",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'parameters':"
            + " {'shared_memory_region': 'r', 'shared_memory_byte_size': 16}}]} | input 'x': shared"
            + " memory region 'r' is not registered",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'data': [1, 2, 3,"
            + " 1e999]}]} | input 'x': inputs[0].data[3] is",
        "{'inputs': [{'name': 'x', 'datatype': 'INT32', 'shape': [1, 2, 2], 'data': [1, 2, 3,"
            + " NaN]}]} | input 'x': inputs[0].data[3] is",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'data': [1, 2, 3, 4]}],"
            + " 'parameters': {'slo_us': NaN}} | an objective of",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'data': [1, 2, 3, 4]}],"
            + " 'parameters': {'slo_factor': NaN}} | an slo factor of NaN",
        "{'inputs': [], 'parameters': {'slo_us': -1}} | input 'x' is missing",
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'data': [1, 2, 3, 4]}],"
            + " 'parameters': {'slo_us': -1}} | an objective of -0.001 ms can't be kept",
        "{'inputs': [], 'parameters': {'slo_us': 'soon'}} | field 'parameters.slo_us' is the string"
            + " 'soon'; a number is expected",
        "{'inputs': [], 'parameters': {'sequence_id': 7}} | models here keep no state",
        "{'inputs': [], 'parameters': {'retry_of': 'x'}} | the request_id of a refusal, as 'G0-17'",
      })
  void whatIsWrongIsNamedWithItsPlaceItsValueAndWhatIsExpected(String body, String reason)
      throws Exception {
    RestClient.Response response =
        client.post(INFER, Map.of(), Buffer.buffer(body.replace('\'', '"')));
    assertEquals(400, response.status(), response.body()::toString);
    String error = response.json().getString("error");
    assertTrue(error.contains(reason), error);
  }

  @Test
  void binaryDataMustAddUp() throws Exception {
    JsonObject question =
        new JsonObject().put("inputs", new JsonArray().add(binary("FP32", 1, 16)));
    RestClient.Response more = binaryInfer("fp32", question, new byte[17]);
    assertEquals(400, more.status());
    assertTrue(
        more.json().getString("error").startsWith("1 bytes are left"), more.body()::toString);
    RestClient.Response shape =
        binaryInfer(
            "fp32",
            new JsonObject().put("inputs", new JsonArray().add(binary("FP32", 2, 16))),
            new byte[16]);
    assertTrue(
        shape.json().getString("error").startsWith("input 'x': tensor 'x' carries 16 bytes"),
        shape.body()::toString);
    JsonObject both =
        new JsonObject()
            .put("inputs", new JsonArray().add(binary("FP32", 1, 16).put("data", new JsonArray())));
    assertEquals(400, binaryInfer("fp32", both, new byte[16]).status());
  }

  @Test
  void headersThatCannotBeRightAreNamed() throws Exception {
    Buffer body = question("FP32", 1, 2, 3, 4).toBuffer();
    for (Map<String, String> wrong :
        List.of(
            Map.of(JSON_LENGTH, "many"),
            Map.of(JSON_LENGTH, "-1"),
            Map.of(JSON_LENGTH, "4000000000"),
            Map.of(JSON_LENGTH, Integer.toString(body.length() + 1)),
            Map.of("clockwork-slo-us", "soon"))) {
      RestClient.Response response = client.post(INFER, wrong, body);
      assertEquals(400, response.status());
      String name = wrong.keySet().iterator().next();
      assertTrue(
          response.json().getString("error").contains("'" + name + "'"), response.body()::toString);
    }
    RestClient.Response never = client.post(INFER, Map.of("clockwork-slo-us", "NaN"), body);
    assertEquals(400, never.status(), never.body()::toString);
  }

  @Test
  void pathsAndMethodsThatThereAreNotAreToldApart() throws Exception {
    for (String path :
        List.of("/board", "/v1", "/v2/model", "/v2/models/", "/v2/models/a/b", "/v2/%zz")) {
      assertEquals(404, client.get(path).status(), path);
    }
    assertEquals(405, client.get(INFER).status());
    assertEquals(405, client.post("/v2/health/live", new JsonObject()).status());
  }

  @Test
  void aRealThatIsNoneMayAlsoStandThereBare() throws Exception {
    String body =
        "{'inputs': [{'name': 'x', 'datatype': 'FP32', 'shape': [1, 2, 2], 'data': [NaN, 1, 2,"
            + " 3]}]}";
    JsonObject output =
        output(client.post(INFER, Map.of(), Buffer.buffer(body.replace('\'', '"'))));
    assertEquals("NaN", output.getJsonArray("data").getValue(0));
  }

  @Test
  void aNameMayHaveWhateverAPathCanCarry() throws Exception {
    assertEquals(
        200, client.post("/v2/repository/models/fp32%232/load", new JsonObject()).status());
    assertEquals("fp32#2", client.get("/v2/models/fp32%232").json().getString("name"));
    assertEquals(200, client.infer("fp32%232", question("FP32", 1, 2, 3, 4)).status());
  }

  @Test
  void whoComesBesideAFullReadingBudgetIsRefusedAndMayComeAgain() throws Exception {
    // Two that have sent nearly all of their megabyte and stay.
    NetSocket first = await(net.connect(port, "127.0.0.1"));
    NetSocket second = await(net.connect(port, "127.0.0.1"));
    for (NetSocket socket : List.of(first, second)) {
      await(socket.write(head("fp32", 1 << 20).appendBytes(new byte[(1 << 20) - 1])));
    }
    RestClient.Response third;
    do {
      third = client.infer("fp32", question("FP32", 1, 2, 3, 4));
    } while (third.status() == 200); // Until all of it has been read.
    assertEquals(503, third.status());
    assertEquals("queue", third.json().getString("cause"));
    await(first.close());
    do {
      third = client.infer("fp32", question("FP32", 1, 2, 3, 4));
    } while (third.status() == 503);
    assertEquals(200, third.status());
  }

  @Test
  void severalDoorsShareOnePortAlsoWhereAnyIsWanted() throws Exception {
    Doors.Open open =
        await(
            new Doors(
                    cluster.gateway,
                    LIMITS.onPorts(0, 0, DoorPorts.NONE),
                    BridgeConfig.DEFAULT.onPort(0),
                    new SplittableRandom(1))
                .open(3, (_, door) -> cluster.vertx.deployVerticle(door)));
    for (int i = 0; i < LIMITS.limits().maxConnections(); i++) {
      NetSocket socket = await(net.connect(open.http().orElseThrow(), "127.0.0.1"));
      Heard heard = new Heard(socket);
      Buffer body = question("FP32", 1, 2, 3, 4).toBuffer();
      await(socket.write(head("fp32", body.length()).appendBuffer(body)));
      heard.until("outputs");
    }
  }

  private JsonObject output(RestClient.Response response) {
    assertEquals(200, response.status(), response.body()::toString);
    return response.json().getJsonArray("outputs").getJsonObject(0);
  }

  private void assertInvalid(JsonObject question, String reason) throws Exception {
    RestClient.Response response = client.infer("fp32", question);
    assertEquals(400, response.status());
    assertEquals("invalid_request", response.json().getString("cause"));
    assertTrue(response.json().getString("error").contains(reason), response.body()::toString);
  }

  private RestClient.Response binaryInfer(String model, JsonObject json, byte[] bytes)
      throws Exception {
    Buffer head = json.toBuffer();
    return client.post(
        "/v2/models/" + model + "/infer",
        Map.of(JSON_LENGTH, Integer.toString(head.length())),
        head.copy().appendBytes(bytes));
  }

  private static Buffer head(String model, int length, String... headers) {
    return Buffer.buffer(
        "POST /v2/models/%s/infer HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(model, length, String.join("", headers)));
  }

  /** What the door says to such a beginning. */
  private String said(Buffer beginning) throws Exception {
    NetSocket socket = await(net.connect(port, "127.0.0.1"));
    Heard heard = new Heard(socket);
    await(socket.write(beginning));
    String answer = heard.until("\r\n\r\n");
    await(socket.close());
    return answer;
  }

  /** All that came in on a connection. */
  private static final class Heard {
    private final BlockingQueue<String> chunks = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    Heard(NetSocket socket) {
      socket.handler(buffer -> chunks.add(buffer.toString(StandardCharsets.ISO_8859_1)));
    }

    String until(String word) throws InterruptedException {
      while (text.indexOf(word) < 0) {
        String chunk = chunks.poll(30, TimeUnit.SECONDS);
        assertNotNull(chunk, () -> "'%s' never came, only: %s".formatted(word, text));
        text.append(chunk);
      }
      return text.toString();
    }
  }
}
