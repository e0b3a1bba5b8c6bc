package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.test.gateway.Programs.Claim;
import org.clockwork.test.gateway.Programs.Ended;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Clients of the protocol by others than NVIDIA, unmodified. */
@Timeout(1200)
class OtherClientsTest {
  private static final String INFER = "inference.GRPCInferenceService.ModelInfer";
  private static final String QUESTION =
      """
      {"model_name": "fp32", "id": "mine", "parameters": {"slo_us": {"int64_param": 7000000}},
       "inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 2, 2],
                   "contents": {"fp32_contents": [1, 2, 3, 4.5]}}]}
      """;

  private FakeCluster cluster;
  private String http;
  private String grpc;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    Doors.Open doors = cluster.open(DoorsConfig.DEFAULT);
    http = "127.0.0.1:" + doors.http().orElseThrow();
    grpc = "127.0.0.1:" + doors.grpc().orElseThrow();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @TestFactory
  List<DynamicTest> kservesForPython() throws Exception {
    return tests(PythonClients.others().claims("kserve_client.py", "http://" + http, grpc));
  }

  @TestFactory
  List<DynamicTest> oneGeneratedFromTheOpenApiDocument() throws Exception {
    return tests(PythonClients.others().claims("open_inference_client.py", "http://" + http));
  }

  @TestFactory
  List<DynamicTest> grpcsOwnForJavaScript() throws Exception {
    Path protocol = Path.of(System.getProperty("clockwork.root"), "protocol/src/main/proto");
    return tests(NodeClients.made().claims("grpc_js.js", grpc, protocol.toString()));
  }

  private static List<DynamicTest> tests(List<Claim> claims) {
    return claims.stream()
        .map(claim -> dynamicTest(claim.name(), () -> assertEquals("", claim.failure())))
        .toList();
  }

  @Test
  void grpcurlFindsOutWhatThereIsAndAsks() throws Exception {
    GoClients go = GoClients.made();
    assertEquals(
        List.of(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "inference.GRPCInferenceService"),
        go.run("grpcurl", "-plaintext", grpc, "list").output().lines().toList());
    Ended described = go.run("grpcurl", "-plaintext", grpc, "describe", INFER);
    assertTrue(described.output().contains(".inference.ModelInferRequest"), described::output);
    Ended health = go.run("grpcurl", "-plaintext", grpc, "grpc.health.v1.Health/Check");
    assertTrue(health.output().contains("SERVING"), health::output);
    JsonObject answer =
        new JsonObject(go.run("grpcurl", "-plaintext", "-d", QUESTION, grpc, INFER).output());
    assertEquals("mine", answer.getString("id"));
    assertEquals(
        List.of(1, 2, 3, 4.5),
        answer
            .getJsonArray("outputs")
            .getJsonObject(0)
            .getJsonObject("contents")
            .getJsonArray("fp32_contents")
            .getList());
    assertEquals(TimeUnit.SECONDS.toNanos(7), cluster.asked.take().sloNanos());
  }

  @Test
  void grpcurlIsToldWhyItIsRefused() throws Exception {
    GoClients go = GoClients.made();
    String refused = QUESTION.replace("\"fp32\"", "\"refused\"");
    Ended ended = go.run("grpcurl", "-plaintext", "-d", refused, grpc, INFER);
    assertTrue(ended.output().contains("Code: ResourceExhausted"), ended::output);
    assertTrue(ended.output().contains("Message: not loaded"), ended::output);
    String silent = QUESTION.replace("\"fp32\"", "\"silent\"");
    ended =
        go.run("grpcurl", "-plaintext", "-H", "clockwork-slo-us: 20000", "-d", silent, grpc, INFER);
    assertTrue(ended.output().contains("Code: DeadlineExceeded"), ended::output);
  }

  @Test
  void ghzAsksManyTimes() throws Exception {
    Ended ended =
        GoClients.made()
            .run(
                "ghz",
                "--insecure",
                "--call",
                INFER,
                "-n",
                "200",
                "-c",
                "4",
                "-d",
                QUESTION,
                "--format",
                "json",
                grpc);
    assertEquals(0, ended.exitCode(), ended::output);
    JsonObject report = new JsonObject(ended.output());
    assertEquals(200, report.getInteger("count"), ended::output);
    assertEquals(new JsonObject().put("OK", 200), report.getJsonObject("statusCodeDistribution"));
  }
}
