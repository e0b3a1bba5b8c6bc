package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.BusClient.frame;
import static org.clockwork.test.gateway.BusClient.inference;
import static org.clockwork.test.gateway.BusClient.question;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.Doors;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.bridge.BridgeConfig;
import org.clockwork.gateway.bridge.TcpDoor;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Token;
import org.clockwork.gateway.tokens.TokensFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The event bus by the TCP bridge, frame by frame. */
@Timeout(60)
class TcpBridgeTest {
  private static final String BOARD = Addresses.TELEMETRY_PREFIX + "test";

  /** Small, so that what is beyond them is small too. */
  private static final BridgeConfig LIMITS =
      new BridgeConfig(
          0,
          true,
          BridgeConfig.DEFAULT.inbound(),
          BridgeConfig.DEFAULT.outbound(),
          List.of(),
          2 << 20,
          3,
          4,
          2,
          4 << 20);

  private FakeCluster cluster;
  private int port;
  private BusClient client;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    port = cluster.open(DoorsConfig.DEFAULT, LIMITS).bus().orElseThrow();
    client = connected();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  private BusClient connected() throws Exception {
    return BusClient.connected(cluster.vertx, port);
  }

  @Test
  void aQuestionIsAnsweredAtItsReplyAddressAsOnTheEventBus() throws Exception {
    JsonObject question = inference("fp32", "data", new JsonArray(List.of(1, 2, 3, 4)));
    client.say(question(Addresses.INFER, "reply-1", question.put("id", "mine")));
    JsonObject reply = client.next().frame();
    assertEquals("message", reply.getString("type"));
    assertEquals("reply-1", reply.getString("address"));
    JsonObject answer = reply.getJsonObject("body");
    assertEquals("mine", answer.getString("id"));
    assertEquals(
        new JsonArray(List.of(1.0, 2.0, 3.0, 4.0)),
        new JsonArray(
            answer.getJsonArray("outputs").getJsonObject(0).getJsonArray("data").encode()));
    assertTrue(answer.getJsonObject("timings").containsKey("queue_us"), answer::encode);
    JsonArray models =
        client.ask(Addresses.MODELS, new JsonObject().put("op", "ls")).getJsonArray("models");
    assertEquals(14, models.size());
  }

  @Test
  void aRefusalHasItsCauseAndWhenToComeAgain() throws Exception {
    JsonObject answer =
        client.ask(Addresses.INFER, inference("refused", "base64", "AAAAAAAAAAAAAAAAAAAAAA=="));
    assertEquals("refused", answer.getString("code"));
    assertEquals("cold_start", answer.getString("cause"));
    assertEquals(7, answer.getInteger("retry_after_us"));
  }

  @Test
  void tensorsGoAndComeAsBytesBesideTheFrame() throws Exception {
    byte[] row = new byte[16];
    new SplittableRandom(3).nextBytes(row);
    JsonObject body = inference("fp32", "binary", 16).put("encoding", "binary");
    client.say(question(Addresses.INFER, "r", body).put("attached", 16), Buffer.buffer(row));
    BusClient.Heard reply = client.next();
    assertEquals(Buffer.buffer(row), reply.attached());
    JsonObject output =
        reply.frame().getJsonObject("body").getJsonArray("outputs").getJsonObject(0);
    assertEquals(16, output.getInteger("binary"));
    client.ping();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "16|12|field 'inputs[0].binary' says 16 bytes; 12 attached ones are left",
        "16|0|field 'inputs[0].binary' says 16 bytes; 0 attached ones are left",
        "16|20|4 attached bytes belong to no input; 'binary' of each says how many are its",
        "12|12|tensor 'x' carries 12 bytes; its shape [1, 2, 2] says otherwise: 4 elements",
        "-4|0|field 'inputs[0].binary' is -4; an integer from 0 to 2147483647 is expected",
      })
  void bytesThatDontFitAreComplainedOf(int said, int sent, String complaint) throws Exception {
    JsonObject frame = question(Addresses.INFER, "r", inference("fp32", "binary", said));
    client.say(frame.put("attached", sent), Buffer.buffer(new byte[sent]));
    JsonObject answer = client.next().frame().getJsonObject("body");
    assertEquals("invalid_request", answer.getString("code"));
    assertEquals(complaint, answer.getString("error"));
    client.ping();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clockwork.controller.wishes",
        "clockwork.worker.w.inputs",
        "clockwork.gateways.announce",
        "clockwork.infer.",
        "clockwork.telemetry.summary",
        "__vertx.reply.1",
        "",
        "*",
      })
  void whatIsNotPublicCantBeSentTo(String address) throws Exception {
    client.say(question(address, "r", new JsonObject()));
    JsonObject refusal = client.next().frame();
    assertEquals("err", refusal.getString("type"));
    assertEquals("r", refusal.getString("address"));
    assertEquals(403, refusal.getInteger("failureCode"));
    assertTrue(
        refusal.getString("message").startsWith("access_denied: clients can't send to"),
        refusal::encode);
    assertTrue(refusal.getString("message").contains(Addresses.INFER), refusal::encode);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clockwork.infer",
        "clockwork.models",
        "clockwork.controller.models",
        "clockwork.telemetry.",
        "clockwork.telemetry.metrics",
        "clockwork.telemetry",
        "__vertx.reply.1",
      })
  void whatIsNotTelemetryCantBeListenedAt(String address) throws Exception {
    client.say(frame("register", address));
    JsonObject refusal = client.next().frame();
    assertEquals(403, refusal.getInteger("failureCode"));
    assertEquals(address, refusal.getString("address"));
    assertTrue(refusal.getString("message").contains("clockwork.telemetry.*"), refusal::encode);
    // Had it become a listener, some of these would come to it, and nobody would answer.
    JsonObject ls = new JsonObject().put("op", "ls");
    for (int i = 0; i < 4; i++) {
      assertEquals(14, cluster.models(ls).getJsonArray("models").size());
    }
    client.ping();
  }

  @Test
  void clientsPublishNothing() throws Exception {
    client.say(frame("publish", Addresses.INFER).put("body", inference("fp32", "data", 1)));
    JsonObject refusal = client.next().frame();
    assertTrue(
        refusal.getString("message").startsWith("access_denied: clients publish nothing"),
        refusal::encode);
    client.ping();
    assertEquals(0, cluster.asked.size());
  }

  @Test
  void whoListensHearsWhatIsPublishedUntilItNoLongerDoes() throws Exception {
    client.say(frame("register", BOARD));
    client.say(frame("register", BOARD));
    client.ping();
    JsonObject figures = new JsonObject().put("met", 3);
    cluster.vertx.eventBus().publish(BOARD, figures);
    JsonObject heard = client.next().frame();
    assertEquals(BOARD, heard.getString("address"));
    assertEquals(figures, heard.getJsonObject("body"));
    client.say(frame("unregister", BOARD));
    client.ping();
    cluster.vertx.eventBus().publish(BOARD, figures);
    client.say(frame("unregister", BOARD));
    assertTrue(
        client.next().frame().getString("message").startsWith("unknown_address: this connection"));
  }

  @Test
  void anAddressHasAsManyListenersAsAConnectionMayHaveAndNoMore() throws Exception {
    for (int i = 0; i < 3; i++) {
      client.say(frame("register", BOARD + i));
    }
    JsonObject refusal = client.next().frame();
    assertEquals(BOARD + 2, refusal.getString("address"));
    assertEquals(429, refusal.getInteger("failureCode"));
    assertTrue(refusal.getString("message").contains("maxBusRegistrations=2"), refusal::encode);
  }

  @Test
  void moreQuestionsThanAConnectionMayHaveOpenAreRefusedAndTheOthersLive() throws Exception {
    JsonObject silent = inference("silent", "data", new JsonArray(List.of(1, 2, 3, 4)));
    for (int i = 0; i < 5; i++) {
      client.say(question(Addresses.INFER, "r" + i, silent));
    }
    JsonObject refusal = client.next().frame();
    assertEquals("r4", refusal.getString("address"));
    assertTrue(refusal.getString("message").contains("maxBusRequests=4"), refusal::encode);
    BusClient other = connected();
    assertEquals(
        "cold_start",
        other
            .ask(Addresses.INFER, inference("refused", "data", new JsonArray(List.of(1, 2, 3, 4))))
            .getString("cause"));
  }

  @Test
  void aClientThatGoesTakesItsQuestionsAlong() throws Exception {
    client.say(
        question(
            Addresses.INFER, "r", inference("silent", "data", new JsonArray(List.of(1, 2, 3, 4)))));
    var request = cluster.asked.poll(30, TimeUnit.SECONDS);
    client.close();
    assertEquals(request.id(), cluster.cancellations.poll(30, TimeUnit.SECONDS));
  }

  @Test
  void moreConnectionsThanThereMayBeAreToldSoAndClosedAndOneThatGoesMakesRoom() throws Exception {
    BusClient second = connected();
    BusClient third = connected();
    third.ping();
    BusClient fourth = connected();
    String refusal = fourth.next().frame().getString("message");
    assertTrue(refusal.startsWith("too_much: the bridge has maxBusConnections=3"), refusal);
    fourth.awaitClosed();
    second.close();
    // The door hears of that at some time; until then there is no room.
    while (true) {
      BusClient again = connected();
      again.say(new JsonObject().put("type", "ping"));
      if (again.next().frame().getString("type").equals("pong")) {
        return;
      }
      again.awaitClosed();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, (2 << 20) + 1, Integer.MAX_VALUE})
  void aFrameOfImpossibleLengthIsToldAndClosesTheConnection(int length) throws Exception {
    client.bytes(Buffer.buffer().appendInt(length).appendString("{\"type\": \"ping\"}"));
    String refusal = client.next().frame().getString("message");
    assertTrue(refusal.contains("a frame says it is " + length + " bytes long"), refusal);
    assertTrue(refusal.contains("maxBusMessageBytes=2097152"), refusal);
    client.awaitClosed();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "-1|field 'attached' is -1; an integer from 0 to",
        "9999999|field 'attached' is 9999999; an integer from 0 to",
        "'x'|field 'attached' is the string 'x'; an integer from 0 to",
      })
  void attachedBytesThatCantBeCountedCloseTheConnection(String value, String complaint)
      throws Exception {
    JsonObject frame = new JsonObject("{\"attached\": %s}".formatted(value.replace('\'', '"')));
    client.say(frame.put("type", "ping"));
    String refusal = client.next().frame().getString("message");
    assertTrue(refusal.contains(complaint), refusal);
    client.awaitClosed();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense|a frame of 8 bytes is no JSON object",
        "[1, 2]|a frame of 6 bytes is no JSON object",
        "null|a frame of 4 bytes is no JSON object",
        "{}|field 'type' is missing; a string is expected",
        "{'type': 3}|field 'type' is 3; a string is expected",
        "{'type': 'shout', 'address': 'a'}|field 'type' is the string 'shout'; one of",
        "{'type': 'send'}|field 'address' is missing; a string is expected",
        "{'type': 'send', 'address': {}}|field 'address' is an object of 0 fields",
        "{'type': 'register', 'address': 7}|field 'address' is 7; a string is expected",
      })
  void whatIsNoMessageIsComplainedOfAndTheNextIsRead(String text, String complaint)
      throws Exception {
    Buffer bytes = Buffer.buffer(text.replace('\'', '"'));
    client.bytes(Buffer.buffer().appendInt(bytes.length()).appendBuffer(bytes));
    JsonObject refusal = client.next().frame();
    assertEquals(400, refusal.getInteger("failureCode"));
    assertTrue(refusal.getString("message").startsWith("malformed: " + complaint), refusal::encode);
    client.ping();
  }

  @Test
  void aFrameMayComeByteByByte() throws Exception {
    Buffer json = new JsonObject().put("type", "ping").toBuffer();
    Buffer all = Buffer.buffer().appendInt(json.length()).appendBuffer(json);
    for (int i = 0; i < all.length(); i++) {
      FakeCluster.await(client.bytes(all.getBuffer(i, i + 1)));
    }
    assertEquals("pong", client.next().frame().getString("type"));
  }

  @Test
  void aBodyThatIsNoObjectIsAnsweredByWhomeverItWasSentTo() throws Exception {
    client.say(frame("send", Addresses.INFER).put("replyAddress", "r").put("body", 1e300));
    assertEquals("invalid_request", client.next().frame().getJsonObject("body").getString("code"));
    client.say(
        frame("send", Addresses.MODELS).put("replyAddress", "r").put("body", new JsonArray()));
    assertEquals("invalid_request", client.next().frame().getJsonObject("body").getString("code"));
  }

  @Test
  void whatNobodyServesIsAnErrorAtTheReplyAddress() throws Exception {
    client.say(question(Addresses.EXPLAIN, "r", new JsonObject().put("id", "G0-1")));
    JsonObject failure = client.next().frame();
    assertEquals("r", failure.getString("address"));
    assertEquals("NO_HANDLERS", failure.getString("failureType"));
  }

  @Test
  void aListenerThatReadsNothingMissesWhatIsPublishedAndIsToldHowMuch() throws Exception {
    client.say(frame("register", BOARD));
    client.ping();
    client.pause();
    JsonObject large = new JsonObject().put("pad", "x".repeat(100_000));
    int published = 400;
    for (int i = 0; i < published; i++) {
      cluster.vertx.eventBus().publish(BOARD, large);
    }
    BusClient other = connected();
    other.ping(); // The same door: it has passed on what was published before.
    client.resume();
    client.say(new JsonObject().put("type", "ping"));
    int heard = 0;
    while (!client.next().frame().getString("type").equals("pong")) {
      heard++;
    }
    cluster.vertx.eventBus().publish(BOARD, large);
    JsonObject headers = client.next().frame().getJsonObject("headers");
    assertEquals(published - heard, Integer.parseInt(headers.getString("missed")));
    assertTrue(heard > 0 && heard < published, "heard " + heard);
  }

  @Test
  void aClientThatReadsNoAnswersIsClosedBeforeTheyTakeMoreThanTheyMay() throws Exception {
    client.pause();
    // What is refused is answered, too, at length.
    String address = "x".repeat(250);
    Buffer json = question(address, address, new JsonObject()).toBuffer();
    Buffer thousand = Buffer.buffer();
    for (int i = 0; i < 1_000; i++) {
      thousand.appendInt(json.length()).appendBuffer(json);
    }
    BusClient other = connected();
    int sent = 0;
    while (FakeCluster.await(client.bytes(thousand).map(true).otherwise(false))) {
      assertTrue(++sent < 200, "it is held for the client without end");
      other.ping();
    }
    client.resume();
    client.awaitClosed();
    other.ping();
  }

  @Test
  void aGatewayThatGoesAnswersWhatWasAskedAndThenEndsTheConnection() throws Exception {
    Map<Boolean, String> doors = new ConcurrentHashMap<>();
    Doors.Open open =
        FakeCluster.await(
            new Doors(
                    cluster.gateway,
                    DoorsConfig.DEFAULT.onPorts(DoorPorts.NONE, DoorPorts.NONE, DoorPorts.NONE),
                    LIMITS,
                    new SplittableRandom(1))
                .open(
                    1,
                    (_, door) ->
                        cluster
                            .vertx
                            .deployVerticle(door)
                            .onSuccess(id -> doors.put(door instanceof TcpDoor, id))));
    BusClient idle = BusClient.connected(cluster.vertx, open.bus().orElseThrow());
    BusClient waiting = BusClient.connected(cluster.vertx, open.bus().orElseThrow());
    JsonObject silent = inference("silent", "data", new JsonArray(List.of(1, 2, 3, 4)));
    waiting.say(question(Addresses.INFER, "r", silent.put("slo_ms", 1_000)));
    cluster.asked.take();
    Future<?> gone = cluster.vertx.undeploy(doors.get(true));
    idle.awaitClosed();
    waiting.say(question(Addresses.MODELS, "later", new JsonObject().put("op", "ls")));
    JsonObject refusal = waiting.next().frame();
    assertEquals("later", refusal.getString("address"));
    assertEquals(503, refusal.getInteger("failureCode"));
    assertEquals("timed_out", waiting.next().frame().getJsonObject("body").getString("code"));
    waiting.awaitClosed();
    FakeCluster.await(gone);
  }

  @Test
  void whereTokensAreAskedForEachFrameShowsOne(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("tokens.json");
    Token infers = new Token("i", Set.of(Access.INFER), Optional.of("shop"), Token.hash("infers"));
    Token looks = new Token("o", Set.of(Access.OBSERVE), Optional.empty(), Token.hash("looks"));
    Files.writeString(
        file, "{\"tokens\": [%s,%s]}".formatted(TokensFile.line(infers), TokensFile.line(looks)));
    DoorsConfig guarded = DoorsConfig.DEFAULT.with(DoorSafety.DEFAULT.with(file));
    BusClient guest =
        BusClient.connected(cluster.vertx, cluster.open(guarded, LIMITS).bus().orElseThrow());
    JsonObject inference = inference("fp32", "data", new JsonArray(List.of(1, 2, 3, 4)));
    JsonObject asks = question(Addresses.INFER, "r", inference.put("tenant", "other"));
    assertRefused(guest, asks, 401, "unauthenticated: ");
    assertRefused(guest, asks.put("headers", bearer("looks")), 403, "forbidden: token 'o' has not");
    JsonObject loads = question(Addresses.MODELS, "r", new JsonObject().put("op", "unload"));
    assertRefused(guest, loads.put("headers", bearer("infers")), 403, "forbidden: token 'i' has");
    JsonObject listens = BusClient.frame("register", BOARD);
    assertRefused(guest, listens.put("headers", bearer("infers")), 403, "forbidden: ");
    guest.say(asks.put("headers", bearer("infers")));
    assertEquals("message", guest.next().frame().getString("type"));
    assertEquals("shop", cluster.asked.take().tenant());
  }

  private static JsonObject bearer(String secret) {
    return new JsonObject().put("authorization", "Bearer " + secret);
  }

  private static void assertRefused(BusClient client, JsonObject frame, int code, String why)
      throws Exception {
    client.say(frame);
    JsonObject refusal = client.next().frame();
    assertEquals(code, refusal.getInteger("failureCode"));
    assertTrue(refusal.getString("message").startsWith(why), refusal::encode);
  }
}
