package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.Tensors;
import org.clockwork.gateway.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code clockwork.infer} as a client in any language meets it, and the way in for Java callers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InferDoorTest {
  private FakeCluster cluster;

  @BeforeAll
  void start() throws Exception {
    cluster = new FakeCluster();
  }

  @AfterAll
  void stop() throws Exception {
    cluster.stop();
  }

  @ParameterizedTest
  @EnumSource
  void theExtremesOfEveryTypeComeBackAsTheyWereSent(DataType type) throws Exception {
    JsonArray data = new JsonArray("[" + extremes(type) + "]");
    JsonObject answer = cluster.infer(question(type, data));
    assertFalse(answer.containsKey("error"), answer::encode);
    JsonObject output = answer.getJsonArray("outputs").getJsonObject(0);
    assertEquals("y", output.getString("name"));
    assertEquals(type.name(), output.getString("datatype"));
    assertEquals("[1,2,2]", output.getJsonArray("shape").encode());
    assertEquals(data.encode(), output.getJsonArray("data").encode());
  }

  private static String extremes(DataType type) {
    return switch (type) {
      case BOOL -> "true,false,false,true";
      case UINT8 -> "0,1,128,255";
      case INT8 -> "-128,-1,0,127";
      case UINT16 -> "0,1,32768,65535";
      case INT16 -> "-32768,-1,0,32767";
      case UINT32 -> "0,1,2147483648,4294967295";
      case INT32 -> "-2147483648,-1,0,2147483647";
      case UINT64 -> "0,1,9223372036854775808,18446744073709551615";
      case INT64 -> "-9223372036854775808,-1,0,9223372036854775807";
      case FP16 -> "-65504.0,0.5,\"NaN\",\"Infinity\"";
      case FP32 -> "0.1,-3.4028235E38,1.4E-45,\"-Infinity\"";
      case FP64 -> "0.1,-1.7976931348623157E308,4.9E-324,\"NaN\"";
    };
  }

  @Test
  void base64InAndOutCarriesTheBytes() throws Exception {
    byte[] bytes = {0, 0, (byte) 0x80, 0x3f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    JsonObject answer =
        cluster.infer(question("fp32", base64Tensor(bytes)).put("encoding", "base64"));
    JsonObject output = answer.getJsonArray("outputs").getJsonObject(0);
    assertArrayEquals(bytes, Base64.getDecoder().decode(output.getString("base64")));
    assertFalse(output.containsKey("data"));
  }

  @Test
  void base64IsLittleEndian() throws Exception {
    byte[] bytes = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    JsonObject answer = cluster.infer(question("fp32", base64Tensor(bytes)));
    assertEquals(
        "[1.0,0.0,0.0,0.0]",
        answer.getJsonArray("outputs").getJsonObject(0).getJsonArray("data").encode());
  }

  @Test
  void nestedDataAndIntegersWrittenAsRealsAreTaken() throws Exception {
    JsonObject answer =
        cluster.infer(question(DataType.INT64, new JsonArray("[[[1.0,2],[3,4.0]]]")));
    assertEquals(
        "[1,2,3,4]", answer.getJsonArray("outputs").getJsonObject(0).getJsonArray("data").encode());
  }

  @Test
  void theAnswerSaysWhoWhatAndHowLong() throws Exception {
    JsonObject answer =
        cluster.infer(question(DataType.FP32, new JsonArray("[1,2,3,4]")).put("id", "mine"));
    assertEquals("mine", answer.getString("id"));
    assertEquals("fp32", answer.getString("model"));
    assertEquals("g-", answer.getString("request_id").substring(0, 2));
    JsonObject timings = answer.getJsonObject("timings");
    assertEquals(
        new JsonObject(
            """
            {"queue_us": 2, "load_us": 1, "input_us": 5, "exec_us": 6, "output_us": 7, "batch_size": 4,
             "cold_start": true, "worker": "w", "gpu": 0}
            """),
        without(timings, "promised_by_us", "latency_us"));
  }

  @Test
  void aLargeInputIsPushedToTheWorker() throws Exception {
    int rows = 1_000;
    JsonArray data = new JsonArray();
    for (int i = 0; i < rows * 4; i++) {
      data.add(i);
    }
    JsonObject tensor = tensor("FP32", rows).put("data", data);
    JsonObject answer = cluster.infer(question("fp32", tensor));
    assertEquals(16_000, cluster.pushed.poll(30, TimeUnit.SECONDS).tensors().bytes());
    assertEquals(
        rows * 4, answer.getJsonArray("outputs").getJsonObject(0).getJsonArray("data").size());
  }

  @Test
  void aRefusalBearsItsCauseAndWhenToTryAgain() throws Exception {
    JsonObject answer = cluster.infer(question("refused", tensor("FP32", 1).put("data", four())));
    assertEquals(
        new JsonObject(
            """
            {"error": "not loaded", "code": "refused", "cause": "cold_start", "retry_after_us": 7}
            """),
        without(answer, "request_id", "latency_us"));
  }

  @Test
  void silenceIsATimeoutAtTheDeadline() throws Exception {
    JsonObject answer =
        cluster.infer(
            question("silent", tensor("FP32", 1).put("data", four())).put("slo_us", 1_500));
    assertEquals("timed_out", answer.getString("code"));
    assertEquals("no answer from model 'silent' within the objective", answer.getString("error"));
  }

  @ParameterizedTest
  @CsvSource({"slo_ms,-5,an objective of -5 ms", "slo_us,-5,an objective of -0.005 ms"})
  void whatTheMachineFindsWrongIsAnErrorWithItsCode(String field, int slo, String asked)
      throws Exception {
    JsonObject answer =
        cluster.infer(question("fp32", tensor("FP32", 1).put("data", four())).put(field, slo));
    assertEquals("invalid_input", answer.getString("code"));
    assertEquals(
        asked + " can't be kept; an objective must be above 0 and at most 3600000 ms",
        answer.getString("error"));
  }

  @Test
  void aFactorCountsInTheFastestBatch() throws Exception {
    JsonObject answer =
        cluster.infer(
            question("fp32", tensor("FP32", 1).put("data", four())).put("slo_factor", -2.5));
    assertEquals(
        "an slo factor of -2.5 × 1 ms can't be kept; an objective must be above 0 and at most"
            + " 3600000 ms",
        answer.getString("error"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|field 'model' is missing; a string is expected",
        "{'model': 7}|field 'model' is 7; a string is expected",
        "{'model': 'm'}|field 'inputs' is missing; an array is expected",
        "{'model': 'm', 'inputs': {}}|field 'inputs' is an object of 0 fields; an array is"
            + " expected",
        "{'model': 'm', 'inputs': [3]}|field 'inputs[0]' is 3; an object is expected",
        "{'model': 'm', 'slo': 3}|field 'slo' is unknown; known are [id, model, inputs, slo_ms,"
            + " slo_us, slo_factor, tenant, priority, retry_of, encoding]",
        "{'model': 'm', 'inputs': [], 'slo_ms': '5'}|field 'slo_ms' is the string '5'; a number is"
            + " expected",
        "{'model': 'm', 'inputs': [], 'priority': 1.5}|field 'priority' is 1.5; an integer from 0"
            + " to 2147483647 is expected",
        "{'model': 'm', 'inputs': [], 'retry_of': 'mine'}|field 'retry_of' is the string 'mine';"
            + " the request_id of an answer with code 'refused', as 'G0-17' is expected",
        "{'model': 'm', 'inputs': [], 'encoding': 'hex'}|field 'encoding' is the string 'hex';"
            + " 'data' or 'base64' is expected",
        "{'model': 'm', 'inputs': [], 'id': 3}|field 'id' is 3; a string is expected",
      })
  void aMalformedQuestionIsAnsweredWithFieldAndValue(String json, String error) throws Exception {
    expectInvalid(error, new JsonObject(json.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'datatype': 'FP99'|field 'inputs[0].datatype' is the string 'FP99'; one of [BOOL, UINT8,"
            + " UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64] is expected",
        "'datatype': 'FP32', 'shape': [1, -2]|field 'inputs[0].shape[1]' is -2; an integer from 0"
            + " is expected",
        "'datatype': 'FP32', 'shape': []|field 'inputs[0].shape' is an array of 0; an array of 1"
            + " to 16 dimensions is expected",
        "'datatype': 'FP32', 'shape': [1, 1.5]|field 'inputs[0].shape[1]' is 1.5; an integer from"
            + " 0 is expected",
        "'datatype': 'FP32', 'shape': [1]|'inputs[0].data' and 'inputs[0].base64' are missing;"
            + " exactly one is expected",
        "'datatype': 'FP32', 'shape': [3], 'data': [1, 2]|tensor 'x' carries 2 elements; its shape"
            + " [3] says otherwise: 3 elements",
        "'datatype': 'FP32', 'shape': [9223372036854775807, 9], 'data': [1]|tensor 'x' carries 1"
            + " elements; its shape [9223372036854775807, 9] says otherwise: more than any tensor"
            + " has elements",
        "'datatype': 'FP32', 'shape': [1], 'data': ['a']|inputs[0].data[0] is the string 'a';"
            + " FP32, a number, is expected",
        "'datatype': 'UINT8', 'shape': [2], 'data': [1, 256]|inputs[0].data[1] is 256; UINT8, 0 to"
            + " 255, is expected",
        "'datatype': 'INT32', 'shape': [1], 'data': [1.5]|inputs[0].data[0] is 1.5; INT32, an"
            + " integer, is expected",
        "'datatype': 'INT64', 'shape': [1], 'data': [9223372036854775808]|inputs[0].data[0] is"
            + " 9223372036854775808; INT64, -9223372036854775808 to 9223372036854775807, is"
            + " expected",
        "'datatype': 'UINT64', 'shape': [1], 'data': [-1]|inputs[0].data[0] is -1; UINT64, 0 to"
            + " 18446744073709551615, is expected",
        "'datatype': 'FP16', 'shape': [1], 'data': [70000]|inputs[0].data[0] is 70000; FP16,"
            + " -65504 to 65504, is expected",
        "'datatype': 'FP32', 'shape': [1], 'data': [null]|inputs[0].data[0] is null; FP32, a"
            + " number, is expected",
        "'datatype': 'FP32', 'shape': [1], 'base64': '????'|field 'inputs[0].base64' is no base64:"
            + " Illegal base64 character 3f",
        "'datatype': 'FP32', 'shape': [1], 'base64': 'AAAA'|field 'inputs[0].base64' carries 3"
            + " bytes; a multiple of 4 is expected for FP32",
      })
  void aMalformedTensorIsAnsweredWithFieldAndValue(String tensor, String error) throws Exception {
    String json = "{'model': 'fp32', 'inputs': [{'name': 'x', %s}]}".formatted(tensor);
    expectInvalid(error, new JsonObject(json.replace('\'', '"')));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e400", "1e39"})
  void aNumberBeyondItsTypeIsAMistakeAndNotInfinity(String number) throws Exception {
    JsonObject answer =
        cluster.infer(question(DataType.FP32, new JsonArray("[" + number + ",0,0,0]")));
    assertEquals("invalid_request", answer.getString("code"), answer::encode);
  }

  @Test
  void aMessageThatIsNoObjectIsAnswered() throws Exception {
    expectInvalid("the message is the string 'hello'; a JSON object is expected", "hello");
    expectInvalid("the message is an array of 0; a JSON object is expected", new JsonArray());
    assertEquals("invalid_request", cluster.infer(Buffer.buffer("x")).getString("code"));
  }

  @Test
  void dataNestedBeyondReasonIsAnswered() throws Exception {
    JsonArray data = new JsonArray();
    for (int depth = 0; depth < 30; depth++) {
      data = new JsonArray().add(data);
    }
    expectInvalid(
        "'inputs[0].data' is nested deeper than 16 arrays", question(DataType.FP32, data));
  }

  @Test
  void javaCallersSendAndGetTensorsByReference() throws Exception {
    Tensors tensors = new Tensors(1, List.of(ByteBuffer.allocate(16)));
    Submission submission =
        Submission.of("fp32", new Payload.Ordered(tensors), Objective.ofNanos(10_000_000_000L));
    assertSame(tensors, succeeded(FakeCluster.await(cluster.gateway.infer(submission))));
    Object reply =
        FakeCluster.await(
                cluster
                    .vertx
                    .eventBus()
                    .request(Addresses.gatewaySubmissions(FakeCluster.GATEWAY), submission))
            .body();
    assertSame(tensors, succeeded(assertInstanceOf(Answer.class, reply)));
  }

  @Test
  void aCallThatIsCancelledIsGivenUpEverywhere() throws Exception {
    Tensors tensors = new Tensors(1, List.of(ByteBuffer.allocate(16)));
    Call call =
        cluster.gateway.call(
            Submission.of(
                "silent", new Payload.Ordered(tensors), Objective.ofNanos(3_000_000_000_000L)));
    call.cancel();
    Answer.Failed answer = assertInstanceOf(Answer.Failed.class, FakeCluster.await(call.answer()));
    assertEquals(ErrorCode.CANCELLED, answer.code());
    while (!cluster.cancellations.poll(30, TimeUnit.SECONDS).equals(answer.request())) {
      // That of another test's timeout.
    }
  }

  private static Tensors succeeded(Answer answer) {
    return assertInstanceOf(Answer.Succeeded.class, answer).tensors();
  }

  private void expectInvalid(String error, Object question) throws Exception {
    assertEquals(
        new JsonObject().put("error", error).put("code", "invalid_request"),
        cluster.infer(question));
  }

  private static JsonObject question(DataType type, JsonArray data) {
    return question(type.name().toLowerCase(Locale.ROOT), tensor(type.name(), 1).put("data", data));
  }

  private static JsonObject question(String model, JsonObject tensor) {
    return new JsonObject()
        .put("model", model)
        .put("inputs", new JsonArray().add(tensor))
        .put("slo_ms", 20_000);
  }

  private static JsonObject tensor(String type, int rows) {
    return new JsonObject()
        .put("name", "x")
        .put("datatype", type)
        .put("shape", new JsonArray().add(rows).add(2).add(2));
  }

  private static JsonObject base64Tensor(byte[] bytes) {
    return tensor("FP32", 1).put("base64", Base64.getEncoder().encodeToString(bytes));
  }

  private static JsonArray four() {
    return new JsonArray("[1,2,3,4]");
  }

  private static JsonObject without(JsonObject json, String... fields) {
    JsonObject rest = json.copy();
    List.of(fields).forEach(rest::remove);
    return rest;
  }
}
