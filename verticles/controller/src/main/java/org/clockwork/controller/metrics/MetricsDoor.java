package org.clockwork.controller.metrics;

import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.model.ModelId;

/** {@code clockwork.telemetry.metrics}: whoever asks gets all figures as text. */
public final class MetricsDoor {
  /** The code of a reply that failed. */
  private static final int UNAVAILABLE = 503;

  private final SchedulerMetrics metrics;
  private final Supplier<? extends Map<ModelId, Integer>> queued;
  private final Function<Supplier<String>, CompletionStage<String>> onReader;

  /**
   * @param queued requests that wait for each model; asked for on the event loop
   * @param onReader asks on the thread that the figures belong to
   */
  public MetricsDoor(
      SchedulerMetrics metrics,
      Supplier<? extends Map<ModelId, Integer>> queued,
      Function<Supplier<String>, CompletionStage<String>> onReader) {
    this.metrics = metrics;
    this.queued = queued;
    this.onReader = onReader;
  }

  public Future<Void> listening(EventBus bus) {
    return bus.consumer(Addresses.METRICS, this::on).completion();
  }

  private void on(Message<Object> message) {
    Map<ModelId, Integer> waiting = queued.get();
    Future.fromCompletionStage(onReader.apply(() -> metrics.scrape(waiting)))
        .onSuccess(message::reply)
        .onFailure(failure -> message.fail(UNAVAILABLE, failure.getMessage()));
  }
}
