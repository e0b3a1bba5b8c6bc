package org.clockwork.controller.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;

/** Publishes a {@link ClusterSummary} each second, for whoever listens. */
public final class Broadcast {
  private static final long PERIOD_MILLIS = TimeUnit.SECONDS.toMillis(1);

  private final Vertx vertx;
  private final ClusterSummary summary;
  private final LongSupplier clock;
  private final Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader;

  /**
   * @param onReader asks on the thread that the summary belongs to
   */
  public Broadcast(
      Vertx vertx,
      ClusterSummary summary,
      LongSupplier clock,
      Function<Supplier<JsonObject>, CompletionStage<JsonObject>> onReader) {
    this.vertx = vertx;
    this.summary = summary;
    this.clock = clock;
    this.onReader = onReader;
  }

  public void begin() {
    vertx.setPeriodic(PERIOD_MILLIS, _ -> tell());
  }

  /** Where too many ask already this second is left out, and part of the next. */
  private void tell() {
    Future.fromCompletionStage(
            onReader.apply(() -> summary.take(clock.getAsLong())), vertx.getOrCreateContext())
        .onSuccess(json -> vertx.eventBus().publish(Addresses.SUMMARY, json));
  }
}
