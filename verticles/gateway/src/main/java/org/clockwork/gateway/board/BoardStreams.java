package org.clockwork.gateway.board;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.codecs.Addresses;

/**
 * Passes the frames of the live board on to browsers, one line of JSON each, for as long as they
 * read. While none does, the controller isn't asked for any. Has one owner, the event loop of a
 * door.
 */
public final class BoardStreams {
  /** At all doors of a gateway together: each costs what a frame takes to write. */
  static final int MAX = 64;

  /** Of one browser, watched closely: as many as fit on a screen. */
  private static final int DEVICES_MAX = 16;

  /** The controller forgets who has not said for five seconds that it watches. */
  private static final long RENEWAL_MILLIS = 2_000;

  /** By then no frame is on its way any more, for the controller has forgotten this door. */
  private static final int IDLE_RENEWALS = 4;

  private final Vertx vertx;
  private final AtomicInteger open;
  private final String watcher = "door-" + UUID.randomUUID();
  private final Set<BoardStream> streams = new LinkedHashSet<>();
  private MessageConsumer<JsonObject> frames;
  private long timer;
  private int idle;

  /**
   * @param open streams now, counted by all doors together
   */
  public BoardStreams(Vertx vertx, AtomicInteger open) {
    this.vertx = vertx;
    this.open = open;
  }

  /** Begins one, if there is room for it. */
  public boolean open(HttpServerRequest request) {
    if (open.incrementAndGet() > MAX) {
      open.decrementAndGet();
      return false;
    }
    HttpServerResponse response = request.response();
    List<String> devices = request.params().getAll("device");
    BoardStream stream =
        new BoardStream(response, devices.stream().limit(DEVICES_MAX).toList(), this::watch);
    response.closeHandler(_ -> close(stream));
    response
        .setChunked(true)
        .putHeader("Content-Type", "application/x-ndjson")
        .putHeader("Cache-Control", "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .writeHead();
    if (frames == null) {
      frames = vertx.eventBus().consumer(Addresses.BOARD, this::on);
      timer = vertx.setPeriodic(RENEWAL_MILLIS, _ -> renew());
    }
    streams.add(stream);
    watch();
    return true;
  }

  private void close(BoardStream stream) {
    if (streams.remove(stream)) {
      open.decrementAndGet();
    }
  }

  private void renew() {
    idle = streams.isEmpty() ? idle + 1 : 0;
    if (idle == 0) {
      watch();
    } else if (idle == IDLE_RENEWALS) {
      frames.unregister();
      frames = null;
      vertx.cancelTimer(timer);
      idle = 0;
    }
  }

  /** Tells the controller what is watched here; without one, streams are silent until it comes. */
  private void watch() {
    JsonArray devices = new JsonArray();
    Set<String> all = new LinkedHashSet<>();
    streams.forEach(stream -> all.addAll(stream.devices()));
    all.forEach(devices::add);
    vertx
        .eventBus()
        .send(
            Addresses.BOARD_WATCH,
            new JsonObject()
                .put("watcher", watcher)
                .put("devices", devices)
                .put("whole", streams.stream().anyMatch(BoardStream::lost)));
  }

  private void on(Message<JsonObject> message) {
    BoardFrame frame = new BoardFrame(message.body());
    new ArrayList<>(streams).forEach(stream -> stream.write(frame));
  }

  /** The door closes: browsers come back to another one. */
  public void stop() {
    new ArrayList<>(streams).forEach(BoardStream::end);
  }
}
