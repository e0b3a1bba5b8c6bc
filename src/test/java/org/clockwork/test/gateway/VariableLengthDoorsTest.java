package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.clockwork.client.api.Ask;
import org.clockwork.client.api.Clockwork;
import org.clockwork.client.api.Inference;
import org.clockwork.client.api.Model;
import org.clockwork.client.api.Tensor;
import org.clockwork.core.request.Input;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A model that takes any length up to 8 and is run in lengths of 4 and 8, through every door: three
 * elements go in, four are run, and three come out.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VariableLengthDoorsTest {
  private static final JsonArray SHAPE = new JsonArray(List.of(1, 3));

  private FakeCluster cluster;
  private Clockwork clockwork;
  private RestClient rest;
  private int grpcPort;

  @BeforeAll
  void start() throws Exception {
    cluster = new FakeCluster();
    Doors.Open doors = cluster.open(DoorsConfig.DEFAULT);
    rest = new RestClient(cluster.vertx, doors.http().orElseThrow());
    grpcPort = doors.grpc().orElseThrow();
    clockwork = Clockwork.connect(cluster.vertx);
    FakeCluster.await(clockwork.load("words", "words"));
  }

  @AfterAll
  void stop() throws Exception {
    cluster.stop();
  }

  @AfterEach
  void itWasRunInTheShorterBucketWithItsPadding() throws Exception {
    while (!cluster.asked.isEmpty()) {
      var asked = cluster.asked.take();
      assertEquals(0, asked.bucket());
      ByteBuffer run = ((Input.Inline) asked.input()).tensors().buffers().getFirst();
      assertEquals(4 * 4, run.remaining());
      assertEquals(9, run.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(12));
    }
  }

  @Test
  void restInJson() throws Exception {
    JsonObject question =
        new JsonObject().put("inputs", new JsonArray().add(tensor(3).put("data", data())));
    JsonObject output =
        rest.infer("words", question).json().getJsonArray("outputs").getJsonObject(0);
    assertEquals(SHAPE, output.getJsonArray("shape"));
    assertEquals(data(), output.getJsonArray("data"));
  }

  @Test
  void restInBytes() throws Exception {
    JsonObject input = tensor(3).put("parameters", new JsonObject().put("binary_data_size", 12));
    Buffer head =
        new JsonObject()
            .put("parameters", new JsonObject().put("binary_data_output", true))
            .put("inputs", new JsonArray().add(input))
            .toBuffer();
    RestClient.Response response = restInfer(head.length(), head.copy().appendBytes(bytes()));
    assertComesBackInBytes(response);
  }

  private static void assertComesBackInBytes(RestClient.Response response) {
    int length = Integer.parseInt(response.header("inference-header-content-length"));
    Buffer body = response.body();
    JsonObject output =
        body.getBuffer(0, length).toJsonObject().getJsonArray("outputs").getJsonObject(0);
    assertEquals(SHAPE, output.getJsonArray("shape"));
    assertArrayEquals(bytes(), body.getBuffer(length, body.length()).getBytes());
  }

  @Test
  void aBodyOfNothingButBytesIsOneRow() throws Exception {
    assertComesBackInBytes(restInfer(0, Buffer.buffer(bytes())));
  }

  @Test
  void grpc() throws Exception {
    ModelInferRequest question =
        ModelInferRequest.newBuilder()
            .setModelName("words")
            .addInputs(
                ModelInferRequest.InferInputTensor.newBuilder()
                    .setName("x")
                    .setDatatype("INT32")
                    .addAllShape(List.of(1L, 3L)))
            .addRawInputContents(ByteString.copyFrom(bytes()))
            .build();
    ModelInferResponse answer = GrpcInferences.ask(cluster.vertx, grpcPort, question);
    assertEquals(List.of(1L, 3L), answer.getOutputs(0).getShapeList());
    assertEquals(ByteString.copyFrom(bytes()), answer.getRawOutputContents(0));
  }

  @Test
  void theEventBus() throws Exception {
    JsonObject answer =
        cluster.infer(
            new JsonObject()
                .put("model", "words")
                .put("inputs", new JsonArray().add(tensor(3).put("data", data()))));
    JsonObject output = answer.getJsonArray("outputs").getJsonObject(0);
    assertEquals(SHAPE, output.getJsonArray("shape"));
    assertEquals(data(), output.getJsonArray("data"));
  }

  @Test
  void theClientForJava() throws Exception {
    Inference answer =
        FakeCluster.await(
            clockwork.infer(Ask.of("words", Map.of("x", Tensor.of(new int[] {5, 6, 7}, 1, 3)))));
    assertEquals(List.of(1L, 3L), answer.output("y").shape());
    assertArrayEquals(new int[] {5, 6, 7}, answer.output("y").ints());
  }

  @Test
  void whatVariesIsDeclaredAsMinusOneAndTheLengthsAreListed() throws Exception {
    JsonArray any = new JsonArray(List.of(-1, -1));
    JsonObject metadata = rest.get("/v2/models/words").json();
    assertEquals(any, metadata.getJsonArray("inputs").getJsonObject(0).getJsonArray("shape"));
    JsonObject config = rest.get("/v2/models/words/config").json();
    assertEquals(
        "[-1]", config.getJsonArray("input").getJsonObject(0).getJsonArray("dims").encode());
    Model model =
        FakeCluster.await(clockwork.models()).stream()
            .filter(each -> each.name().equals("words"))
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(4, 8), model.lengths());
    assertEquals(List.of(-1L), model.inputs().getFirst().declaredShape());
    assertEquals(List.of(8), model.inputs().getFirst().shape());
  }

  @Test
  void whatIsTooLongIsToldTheLimitEverywhere() throws Exception {
    JsonArray nine = new JsonArray(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
    JsonObject question =
        new JsonObject().put("inputs", new JsonArray().add(tensor(9).put("data", nine)));
    RestClient.Response response = rest.infer("words", question);
    assertEquals(400, response.status());
    assertEquals("invalid_input", response.json().getString("cause"));
    String limit = "model 'words' expects INT32 [n, length], n from 1 to 2000, length from 1 to 8";
    assertTrue(response.json().getString("error").contains(limit), response.body()::toString);
    JsonObject onTheBus = cluster.infer(question.put("model", "words"));
    assertTrue(onTheBus.getString("error").contains(limit), onTheBus::encode);
    RestClient.Response raw = restInfer(0, Buffer.buffer(new byte[36]));
    assertTrue(raw.json().getString("error").contains(limit), raw.body()::toString);
    RestClient.Response none = restInfer(0, Buffer.buffer(new byte[1]));
    assertEquals(400, none.status());
  }

  private RestClient.Response restInfer(int headLength, Buffer body) throws Exception {
    return rest.post(
        "/v2/models/words/infer",
        Map.of("Inference-Header-Content-Length", Integer.toString(headLength)),
        body);
  }

  private static JsonObject tensor(int length) {
    return new JsonObject()
        .put("name", "x")
        .put("datatype", "INT32")
        .put("shape", new JsonArray(List.of(1, length)));
  }

  private static JsonArray data() {
    return new JsonArray(List.of(5, 6, 7));
  }

  private static byte[] bytes() {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(5)
        .putInt(6)
        .putInt(7)
        .array();
  }
}
