package org.clockwork.test.gateway;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.parsetools.RecordParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.clockwork.codecs.Addresses;
import org.clockwork.gateway.DoorPorts;
import org.clockwork.gateway.DoorsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dashboard's page and its stream at the REST door; the controller is the test. */
@Timeout(60)
class BoardDoorTest {
  private static final int STREAMS_MAX = 64;
  private static final int LARGE_BYTES = 1 << 20;

  private final BlockingQueue<JsonObject> wishes = new LinkedBlockingQueue<>();
  private FakeCluster cluster;
  private RestClient client;
  private HttpClient watching;
  private int port;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
    port =
        cluster
            .open(DoorsConfig.DEFAULT.onPorts(0, DoorPorts.NONE, DoorPorts.NONE))
            .http()
            .orElseThrow();
    client = new RestClient(cluster.vertx, port);
    watching =
        cluster.vertx.createHttpClient(
            new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(STREAMS_MAX + 10));
    cluster
        .vertx
        .eventBus()
        .consumer(
            Addresses.BOARD_WATCH, (Message<JsonObject> message) -> wishes.add(message.body()));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void thePageMayRunNothingButItsOwnFiles() throws Exception {
    RestClient.Response page = client.get("/");
    assertEquals(200, page.status());
    assertEquals("text/html; charset=utf-8", page.header("content-type"));
    assertTrue(
        page.header("content-security-policy").startsWith("default-src 'none'; script-src 'self'"));
    assertFalse(Pattern.compile("https?://").matcher(page.body().toString()).find());
    assertFalse(Pattern.compile(" style=| on[a-z]+=").matcher(page.body().toString()).find());
  }

  @Test
  void everyFileThatThePageNamesIsThere() throws Exception {
    List<String> open = new ArrayList<>(List.of("/"));
    List<String> seen = new ArrayList<>();
    Pattern named = Pattern.compile("(?:src|href)=\"(/[^\"#]+)\"|from '\\./([^']+)'");
    while (!open.isEmpty()) {
      String path = open.removeFirst();
      RestClient.Response file = client.get(path);
      assertEquals(200, file.status(), path);
      seen.add(path);
      named
          .matcher(file.body().toString())
          .results()
          .map(found -> found.group(1) != null ? found.group(1) : "/board/" + found.group(2))
          .filter(each -> !seen.contains(each) && !open.contains(each))
          .forEach(open::add);
    }
    assertEquals(16, seen.size(), seen::toString);
    assertEquals(404, client.get("/board/secret.js").status());
    assertEquals(404, client.get("/board/..%2fBoardPage.class").status());
  }

  @Test
  void aFileThatHasNotChangedIsNotSentAgain() throws Exception {
    String tag = client.get("/board/app.js").header("etag");
    RestClient.Response again =
        FakeCluster.await(
            client.send("GET", "/board/app.js", Map.of("If-None-Match", tag), Buffer.buffer()));
    assertEquals(304, again.status());
    assertEquals(0, again.body().length());
  }

  @Test
  void theControllerIsAskedForFramesWhenSomebodyWatchesAndIsToldWhich() throws Exception {
    FakeCluster.await(cluster.gateway.readiness());
    assertEquals(0, wishes.size());
    watch("?device=W0-GPU1&device=W2-GPU0");
    JsonObject wish = wishes.poll(20, SECONDS);
    assertEquals(new JsonArray().add("W0-GPU1").add("W2-GPU0"), wish.getJsonArray("devices"));
    assertTrue(wish.getBoolean("whole"));
    assertFalse(wish.getString("watcher").isEmpty());
  }

  @Test
  void aStreamBeginsWithAWholeFrameAndGoesOnWithWhatIsNew() throws Exception {
    Watch watch = watch("");
    publish(5, false);
    publish(6, true);
    publish(7, true);
    publish(8, false);
    assertEquals(List.of("6 whole", "7", "8"), watch.take(3));
  }

  @Test
  void whoComesLaterGetsAWholeFrameAndTheOthersAreSparedIt() throws Exception {
    Watch first = watch("");
    publish(1, true);
    assertEquals(List.of("1 whole"), first.take(1));
    Watch second = watch("");
    publish(2, true);
    assertEquals(List.of("2"), first.take(1));
    assertEquals(List.of("2 whole"), second.take(1));
  }

  @Test
  void afterAGapAWholeFrameIsAskedForAndAwaited() throws Exception {
    Watch watch = watch("");
    publish(1, true);
    assertEquals(List.of("1 whole"), watch.take(1));
    wishes.clear();
    publish(3, false); // Another controller, or one was lost.
    JsonObject wish = wishes.poll(20, SECONDS);
    while (!wish.getBoolean("whole")) {
      wish = wishes.poll(20, SECONDS);
    }
    publish(4, false);
    publish(5, true);
    assertEquals(List.of("5 whole"), watch.take(1));
  }

  @Test
  void aBrowserThatDoesNotReadMissesFramesAndThenBeginsAnew() throws Exception {
    Watch slow = watch("");
    Watch quick = watch("");
    publish(1, true);
    assertEquals(List.of("1 whole"), slow.take(1));
    quick.take(1);
    slow.response.pause();
    int last = 60;
    for (int sequence = 2; sequence <= last; sequence++) {
      cluster
          .vertx
          .eventBus()
          .publish(Addresses.BOARD, frame(sequence, true).put("large", "x".repeat(LARGE_BYTES)));
      quick.take(1);
    }
    wishes.clear();
    slow.response.resume();
    JsonObject wish = wishes.poll(20, SECONDS);
    while (!wish.getBoolean("whole")) {
      wish = wishes.poll(20, SECONDS);
    }
    publish(last + 1, true);
    List<String> got = new ArrayList<>(slow.take(1));
    while (!got.getLast().startsWith(last + 1 + "")) {
      got.addAll(slow.take(1));
    }
    assertEquals(last + 1 + " whole", got.getLast());
    assertTrue(got.size() < last, got::toString);
    assertEquals(List.of(last + 1 + ""), quick.take(1));
  }

  @Test
  void oneTooManyIsToldSoUntilAnotherHasGone() throws Exception {
    List<Watch> watches = new ArrayList<>();
    for (int i = 0; i < STREAMS_MAX; i++) {
      watches.add(watch(""));
    }
    RestClient.Response refused = client.get("/board/stream");
    assertEquals(503, refused.status());
    assertTrue(refused.json().getString("error").contains("too many"), refused.body()::toString);
    FakeCluster.await(watches.getFirst().response.request().connection().close());
    HttpClientResponse next = response("");
    while (next.statusCode() == 503) {
      next = response(""); // That it has gone is on its way.
    }
    assertEquals(200, next.statusCode());
  }

  private void publish(int sequence, boolean whole) {
    cluster.vertx.eventBus().publish(Addresses.BOARD, frame(sequence, whole));
  }

  private static JsonObject frame(int sequence, boolean whole) {
    JsonObject frame = new JsonObject().put("seq", sequence);
    return whole ? frame.put("whole", new JsonObject().put("endings", new JsonArray())) : frame;
  }

  private HttpClientResponse response(String query) throws Exception {
    return FakeCluster.await(
        watching
            .request(HttpMethod.GET, port, "127.0.0.1", "/board/stream" + query)
            .compose(request -> request.send().onSuccess(HttpClientResponse::pause)));
  }

  private Watch watch(String query) throws Exception {
    HttpClientResponse response = response(query);
    assertEquals(200, response.statusCode());
    return new Watch(response);
  }

  /** One stream, as a browser reads it. */
  private static final class Watch {
    private final HttpClientResponse response;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Watch(HttpClientResponse response) {
      this.response = response;
      RecordParser parser = RecordParser.newDelimited("\n", line -> lines.add(told(line)));
      response.handler(parser);
      response.exceptionHandler(_ -> {}); // One of them is closed on purpose.
      response.resume();
    }

    private static String told(Buffer line) {
      JsonObject frame = line.toJsonObject();
      return frame.getLong("seq") + (frame.containsKey("whole") ? " whole" : "");
    }

    List<String> take(int count) throws InterruptedException {
      List<String> taken = new ArrayList<>();
      while (taken.size() < count) {
        String line = lines.poll(20, SECONDS);
        assertTrue(line != null, () -> "only " + taken + " came");
        taken.add(line);
      }
      return taken;
    }
  }
}
