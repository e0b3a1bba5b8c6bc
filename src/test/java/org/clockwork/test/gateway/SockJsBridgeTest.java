package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.BusClient.frame;
import static org.clockwork.test.gateway.BusClient.inference;
import static org.clockwork.test.gateway.BusClient.question;
import static org.clockwork.test.gateway.FakeCluster.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.DoorLimits;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The event bus by SockJS, message by message; whole clients stand in BusExamplesTest. */
@Timeout(60)
class SockJsBridgeTest {
  private static final String PATH = "/eventbus/websocket";
  private static final int CONNECTIONS_MAX = 3;

  private static final BridgeConfig LIMITS =
      new BridgeConfig(
          0,
          true,
          List.of(Addresses.INFER, Addresses.MODELS),
          BridgeConfig.DEFAULT.outbound(),
          List.of("https://board.example.org"),
          64 << 10,
          100,
          4,
          2,
          4 << 20);

  private FakeCluster cluster;
  private int port;
  private WebSocketClient client;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    DoorsConfig doors =
        DoorsConfig.DEFAULT.with(new DoorLimits(1 << 20, 64 << 10, 2 << 20, CONNECTIONS_MAX));
    port = cluster.open(doors, LIMITS).http().orElseThrow();
    client =
        cluster.vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxMessageSize(4 << 20).setMaxFrameSize(4 << 20));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  /** One WebSocket, and what came on it. */
  private record Page(WebSocket socket, BlockingQueue<String> heard, Future<Void> closed) {
    JsonObject ask(JsonObject frame) throws Exception {
      await(socket.writeTextMessage(frame.encode()));
      return new JsonObject(heard.poll(30, TimeUnit.SECONDS));
    }
  }

  private Page opened(String path, Map<String, String> headers) throws Exception {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI(path);
    headers.forEach(options::addHeader);
    return await(
        client
            .connect(options)
            .map(
                socket -> {
                  BlockingQueue<String> heard = new LinkedBlockingQueue<>();
                  Promise<Void> closed = Promise.promise();
                  socket.textMessageHandler(heard::add).closeHandler(_ -> closed.complete());
                  return new Page(socket, heard, closed.future());
                }));
  }

  private Page opened() throws Exception {
    return opened(PATH, Map.of());
  }

  @Test
  void aQuestionIsAnsweredAtItsReplyAddress() throws Exception {
    JsonObject body = inference("fp32", "data", new JsonArray(List.of(1, 2, 3, 4)));
    JsonObject reply = opened().ask(question(Addresses.INFER, "r", body));
    assertEquals("rec", reply.getString("type"));
    assertEquals("r", reply.getString("address"));
    assertEquals("fp32", reply.getJsonObject("body").getString("model"));
  }

  @Test
  void sockJsWrapsTheSameInItsOwnFrames() throws Exception {
    Page page = opened("/eventbus/123/session/websocket", Map.of());
    assertEquals("o", page.heard().poll(30, TimeUnit.SECONDS));
    JsonObject question = question(Addresses.MODELS, "r", new JsonObject().put("op", "ls"));
    await(page.socket().writeTextMessage(new JsonArray().add(question.encode()).encode()));
    String frame = page.heard().poll(30, TimeUnit.SECONDS);
    assertTrue(frame.startsWith("a["), frame);
    assertEquals(
        "r", new JsonObject(new JsonArray(frame.substring(1)).getString(0)).getString("address"));
  }

  @Test
  void whatIsNotPermittedHereIsRefusedWhereTheClientWaits() throws Exception {
    Page page = opened();
    JsonObject sent = page.ask(question(Addresses.EXPLAIN, "r", new JsonObject()));
    assertEquals("err", sent.getString("type"));
    assertEquals("r", sent.getString("address"));
    assertTrue(
        sent.getString("message").endsWith("they can to [clockwork.infer, clockwork.models]"),
        sent::encode);
    JsonObject registered = page.ask(frame("register", Addresses.INFER));
    assertEquals(Addresses.INFER, registered.getString("address"));
    assertEquals(403, registered.getInteger("failureCode"));
    assertEquals(403, page.ask(frame("publish", Addresses.INFER)).getInteger("failureCode"));
  }

  @Test
  void bytesBesideAMessageAreForTheTcpBridge() throws Exception {
    Page page = opened();
    JsonObject attached = page.ask(question(Addresses.INFER, "r", inference("fp32", "binary", 16)));
    assertEquals(
        "field 'inputs[0].binary' speaks of bytes beside the message; only the TCP bridge carries"
            + " them",
        attached.getJsonObject("body").getString("error"));
    JsonObject wanted =
        inference("fp32", "data", new JsonArray(List.of(1, 2, 3, 4))).put("encoding", "binary");
    assertEquals(
        "field 'encoding' is the string 'binary'; 'data' or 'base64' is expected",
        page.ask(question(Addresses.INFER, "r", wanted)).getJsonObject("body").getString("error"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example.org",
        "https://127.0.0.1",
        "http://localhost:1",
        "null",
        "::"
      })
  void aPageFromElsewhereIsTurnedAway(String origin) {
    ExecutionException refused =
        assertThrows(ExecutionException.class, () -> opened(PATH, Map.of("Origin", origin)));
    UpgradeRejectedException rejection = (UpgradeRejectedException) refused.getCause();
    assertEquals(403, rejection.getStatus());
    assertTrue(rejection.getBody().toString().contains("busOrigins"));
  }

  @Test
  void aPageOfThisServerAndOneThatIsNamedComeIn() throws Exception {
    JsonObject question = question(Addresses.MODELS, "r", new JsonObject().put("op", "ls"));
    for (String origin : List.of("http://127.0.0.1:" + port, "https://board.example.org")) {
      assertEquals("rec", opened(PATH, Map.of("Origin", origin)).ask(question).getString("type"));
    }
  }

  @Test
  void aMessageLargerThanItMayBeEndsItsConnectionAndNoOther() throws Exception {
    Page other = opened();
    Page page = opened();
    page.socket().writeTextMessage("x".repeat(LIMITS.maxMessageBytes() + 1));
    await(page.closed());
    JsonObject question = question(Addresses.MODELS, "r", new JsonObject().put("op", "ls"));
    assertEquals("rec", other.ask(question).getString("type"));
  }

  @Test
  void aWebSocketThatHasClosedIsNoConnectionAnyMore() throws Exception {
    for (int i = 0; i < 2 * CONNECTIONS_MAX; i++) {
      Page page = openedOnceThereIsRoom();
      JsonObject question = question(Addresses.MODELS, "r", new JsonObject().put("op", "ls"));
      assertEquals("rec", page.ask(question).getString("type"));
      await(page.socket().close());
    }
  }

  /** The door hears of one that has closed at some time; until then there may be no room. */
  private Page openedOnceThereIsRoom() throws Exception {
    while (true) {
      try {
        return opened();
      } catch (ExecutionException _) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aPageThatClosesTakesItsQuestionsAlong() throws Exception {
    Page page = opened();
    JsonObject silent = inference("silent", "data", new JsonArray(List.of(1, 2, 3, 4)));
    await(page.socket().writeTextMessage(question(Addresses.INFER, "r", silent).encode()));
    var request = cluster.asked.poll(30, TimeUnit.SECONDS);
    await(page.socket().close());
    assertEquals(request.id(), cluster.cancellations.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void onlyWebSocketsCarryIt() throws Exception {
    RestClient rest = new RestClient(cluster.vertx, port);
    assertTrue(rest.get("/eventbus/info").json().getBoolean("websocket"));
    assertEquals(404, rest.post("/eventbus/1/session/xhr", Map.of(), Buffer.buffer()).status());
    assertEquals(200, rest.get("/v2/health/live").status());
  }
}
