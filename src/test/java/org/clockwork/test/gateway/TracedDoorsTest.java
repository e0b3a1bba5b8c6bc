package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.Traceparent;
import org.clockwork.gateway.DoorsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client's place in a trace goes on with its request, by whichever door it came. */
@Timeout(60)
class TracedDoorsTest {
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  private static final Optional<Traceparent> PLACE = Traceparent.parse(TRACEPARENT);

  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void byRest() throws Exception {
    int port = cluster.open(DoorsConfig.DEFAULT).http().orElseThrow();
    RestClient client = new RestClient(cluster.vertx, port);
    JsonObject question = RestClient.question("FP32", 1, 2, 3, 4);
    client.post("/v2/models/fp32/infer", Map.of("traceparent", TRACEPARENT), question.toBuffer());
    assertEquals(PLACE, cluster.asked.take().trace());
    client.post("/v2/models/fp32/infer", Map.of("traceparent", "00-12"), question.toBuffer());
    assertEquals(Optional.empty(), cluster.asked.take().trace());
  }

  @Test
  void byTheEventBusInJson() throws Exception {
    JsonObject question = RestClient.question("FP32", 1, 2, 3, 4).put("model", "fp32");
    cluster.vertx.eventBus().request(Addresses.INFER, question, traced());
    assertEquals(PLACE, cluster.asked.take().trace());
  }

  @Test
  void byTheBridge() throws Exception {
    int port = cluster.open(DoorsConfig.DEFAULT).bus().orElseThrow();
    BusClient client = BusClient.connected(cluster.vertx, port);
    JsonObject question =
        BusClient.question(
            Addresses.INFER,
            "here",
            BusClient.inference("fp32", "data", new JsonArray(List.of(1, 2, 3, 4))));
    client.say(question.put("headers", new JsonObject().put("traceparent", TRACEPARENT)));
    assertEquals(PLACE, cluster.asked.take().trace());
    client.say(question.put("headers", new JsonObject().put("traceparent", 12)));
    assertEquals(Optional.empty(), cluster.asked.take().trace());
  }

  @Test
  void byTheEventBusFromJavaInAHeaderOrInTheSubmissionWhichGoesBefore() throws Exception {
    Submission submission =
        Submission.of("fp32", new Submission.Payload.Generated(1), Objective.NONE);
    assertEquals(PLACE, asked(submission).trace());
    Optional<Traceparent> own = Optional.of(new Traceparent(1, 2, 3, false));
    assertEquals(own, asked(submission.in(own)).trace());
  }

  private Request asked(Submission submission) throws Exception {
    GatewayId gateway = cluster.gateway.id();
    cluster.vertx.eventBus().request(Addresses.gatewaySubmissions(gateway), submission, traced());
    return cluster.asked.take();
  }

  private static DeliveryOptions traced() {
    return new DeliveryOptions().addHeader("traceparent", TRACEPARENT);
  }
}
