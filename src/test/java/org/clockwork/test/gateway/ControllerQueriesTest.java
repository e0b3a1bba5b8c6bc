package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the REST door passes on of the controller, for operators. */
@Timeout(60)
class ControllerQueriesTest {
  private FakeCluster cluster;
  private RestClient client;
  private RestClient scraper;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    Doors.Open open = cluster.open(DoorsConfig.DEFAULT);
    client = new RestClient(cluster.vertx, open.http().orElseThrow());
    scraper = new RestClient(cluster.vertx, open.metrics().orElseThrow());
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void figuresComeAsTheControllerWroteThemInPrometheussForm() throws Exception {
    String figures = "# TYPE nv_inference_count untyped\nnv_inference_count 7.0\n";
    cluster.vertx.eventBus().consumer(Addresses.METRICS, message -> message.reply(figures));
    for (RestClient door : List.of(client, scraper)) {
      RestClient.Response response = door.get("/metrics");
      assertEquals(200, response.status());
      assertEquals("text/plain; version=0.0.4; charset=utf-8", response.header("content-type"));
      assertEquals(figures, response.body().toString());
    }
  }

  @Test
  void theMetricsPortHasNothingElse() throws Exception {
    RestClient.Response response = scraper.get("/v2/models/fp32/infer");
    assertEquals(404, response.status());
    assertTrue(response.json().getString("error").contains("this port has /metrics alone"));
    assertEquals(404, scraper.get("/explain/G0-1").status());
  }

  @Test
  void aRequestsStoryIsPassedOn() throws Exception {
    explained(new JsonObject().put("request_id", "G0-1").put("result", "met"));
    RestClient.Response response = client.get("/explain/G0-1");
    assertEquals(200, response.status());
    assertEquals("met", response.json().getString("result"));
    assertEquals("G0-1", response.json().getString("request_id"));
  }

  @Test
  void whoAsksForNoRequestOrAForgottenOneIsToldWhich() throws Exception {
    explained(new JsonObject().put("error", "it is forgotten").put("code", "unknown_request"));
    RestClient.Response forgotten = client.get("/explain/G0-1");
    assertEquals(404, forgotten.status());
    assertEquals("unknown_request", forgotten.json().getString("cause"));
    assertEquals("it is forgotten", forgotten.json().getString("error"));
    assertEquals(404, client.get("/explain").status());
    assertEquals(404, client.get("/metrics/more").status());
  }

  @Test
  void whatIsNoIdIsTheCallersMistake() throws Exception {
    explained(new JsonObject().put("error", "no id").put("code", "invalid_request"));
    assertEquals(400, client.get("/explain/nonsense").status());
  }

  @Test
  void withoutAControllerThatIsSaid() throws Exception {
    RestClient.Response response = client.get("/metrics");
    assertEquals(503, response.status());
    assertTrue(
        response.json().getString("error").contains("no controller answers"),
        response.body()::toString);
  }

  private void explained(JsonObject reply) {
    cluster
        .vertx
        .eventBus()
        .consumer(
            Addresses.EXPLAIN,
            (Message<JsonObject> question) -> {
              assertTrue(question.body().containsKey("id"));
              question.reply(reply);
            });
  }
}
