package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Version 1 goes while a request for whichever is served is on its way to it, and version 2 has
 * come: the client of every door has its answer from that, and is told so.
 */
@Timeout(60)
class SwitchedModelsTest {
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    cluster.models(new JsonObject().put("op", "load").put("name", "switched/1"));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  /** Of version 1 first, and then of 2. */
  private void assertAskedTwice() throws Exception {
    assertEquals(cluster.model("switched/1"), cluster.asked.take().model());
    assertEquals(cluster.model("switched/2"), cluster.asked.take().model());
    assertEquals(List.of(), List.copyOf(cluster.asked));
  }

  @Test
  void byRest() throws Exception {
    int port = cluster.open(DoorsConfig.DEFAULT).http().orElseThrow();
    JsonObject answer =
        new RestClient(cluster.vertx, port)
            .infer("switched", RestClient.question("FP32", 1, 2, 3, 4))
            .json();
    assertEquals("switched", answer.getString("model_name"), answer::encode);
    assertEquals("2", answer.getString("model_version"));
    assertAskedTwice();
  }

  @Test
  void byGrpc() throws Exception {
    int port = cluster.open(DoorsConfig.DEFAULT).grpc().orElseThrow();
    ModelInferResponse answer =
        GrpcInferences.ask(cluster.vertx, port, GrpcInferences.question("switched").build());
    assertEquals("switched", answer.getModelName());
    assertEquals("2", answer.getModelVersion());
    assertAskedTwice();
  }

  @Test
  void byTheEventBus() throws Exception {
    JsonObject answer =
        cluster.infer(BusClient.inference("switched", "data", new JsonArray(List.of(1, 2, 3, 4))));
    assertEquals("switched/2", answer.getString("model"), answer::encode);
    assertAskedTwice();
  }

  @Test
  void byTheBridge() throws Exception {
    int port = cluster.open(DoorsConfig.DEFAULT).bus().orElseThrow();
    JsonObject answer =
        BusClient.connected(cluster.vertx, port)
            .ask(
                Addresses.INFER,
                BusClient.inference("switched", "data", new JsonArray(List.of(1, 2, 3, 4))));
    assertEquals("switched/2", answer.getString("model"), answer::encode);
    assertAskedTwice();
  }
}
