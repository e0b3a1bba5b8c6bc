package org.clockwork.controller.board;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.cluster.GpuId;

/**
 * Publishes the frames of the board while somebody watches, five a second. Frames are made on the
 * thread that reads the telemetry and written on a worker thread: neither is the scheduler's, so
 * this is to be deployed as a worker.
 */
public final class BoardVerticle extends VerticleBase {
  private static final long PERIOD_MILLIS = 200;
  private static final int WATCHER_CHARS_MAX = 64;

  private final Board board;
  private final LongSupplier clock;
  private final Function<Supplier<Optional<JsonObject>>, CompletionStage<Optional<JsonObject>>>
      onReader;
  private final Watchers watchers = new Watchers();
  private boolean watched;
  private boolean wholeWanted;
  private boolean making;
  private long timer;

  /**
   * @param onReader asks on the thread that the board belongs to; fails where too many ask at once
   */
  public BoardVerticle(
      Board board,
      LongSupplier clock,
      Function<Supplier<Optional<JsonObject>>, CompletionStage<Optional<JsonObject>>> onReader) {
    this.board = board;
    this.clock = clock;
    this.onReader = onReader;
  }

  @Override
  public Future<?> start() {
    return vertx.eventBus().consumer(Addresses.BOARD_WATCH, this::onWatch).completion();
  }

  private void onWatch(Message<Object> message) {
    if (!(message.body() instanceof JsonObject wish)
        || !(wish.getValue("watcher") instanceof String watcher)
        || watcher.isEmpty()
        || watcher.length() > WATCHER_CHARS_MAX
        || !(wish.getValue("devices", new JsonArray()) instanceof JsonArray devices)) {
      message.reply(
          error(
              "invalid_request",
              "expected {\"watcher\": a name of up to %d characters, \"devices\": [names of GPUs], \"whole\": whether a whole frame is wanted}"
                  .formatted(WATCHER_CHARS_MAX)));
      return;
    }
    if (!watchers.says(watcher, gpus(devices), clock.getAsLong())) {
      message.reply(error("unavailable", "too many watch the board already"));
      return;
    }
    wholeWanted |= Boolean.TRUE.equals(wish.getValue("whole"));
    begin();
    message.reply(new JsonObject().put("period_ms", PERIOD_MILLIS));
  }

  private static List<GpuId> gpus(JsonArray names) {
    List<GpuId> gpus = new ArrayList<>();
    names.forEach(
        name -> {
          if (name instanceof String text) {
            Board.gpu(text).ifPresent(gpus::add);
          }
        });
    return gpus;
  }

  private static JsonObject error(String code, String reason) {
    return new JsonObject().put("error", reason).put("code", code);
  }

  private void begin() {
    if (!watched) {
      watched = true;
      timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> publish());
    }
  }

  private void publish() {
    long nowNanos = clock.getAsLong();
    if (!watchers.any(nowNanos)) {
      vertx.cancelTimer(timer);
      watched = false;
      ask(
          () -> {
            board.unwatch();
            return Optional.empty();
          });
    } else if (!making) { // Else the reader is behind, and the next frame tells more at once.
      boolean whole = wholeWanted;
      wholeWanted = false;
      Set<GpuId> gpus = watchers.gpus();
      making = true;
      ask(() -> {
            board.watch(gpus);
            return Optional.of(board.frame(nowNanos, whole));
          })
          .onComplete(_ -> making = false)
          .onFailure(_ -> wholeWanted |= whole);
    }
  }

  private Future<Void> ask(Supplier<Optional<JsonObject>> question) {
    return Future.fromCompletionStage(onReader.apply(question), context)
        .onSuccess(
            frame -> frame.ifPresent(made -> vertx.eventBus().publish(Addresses.BOARD, made)))
        .mapEmpty();
  }
}
