package org.clockwork.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.core.telemetry.Telemetry;

/**
 * Shows the requests of a process as spans: a gateway's as the spans of whole requests, a
 * controller's as what happened to them below. Sends them to a receiver of OTLP on threads of its
 * own; what the receiver can't take in time is dropped and counted, and nobody waits.
 */
public final class Tracing implements AutoCloseable {
  private static final String NAME = "org.clockwork";
  private static final AttributeKey<String> INSTANCE =
      AttributeKey.stringKey("service.instance.id");

  /** What is left at the end may take so long to be sent. */
  private static final long CLOSING_SECONDS = 3;

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final ProcessorCounts counts;

  private Tracing(OpenTelemetrySdk sdk, ProcessorCounts counts) {
    this.sdk = sdk;
    this.tracer = sdk.getTracer(NAME);
    this.counts = counts;
  }

  /**
   * @param instance tells this process from others of the service
   * @throws IllegalArgumentException OpenTelemetry can't use what the configuration or an
   *     environment variable says, and says which
   */
  public static Tracing begin(TracingConfig config, String instance) {
    ProcessorCounts counts = new ProcessorCounts();
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesSupplier(() -> properties(config))
              .addResourceCustomizer(
                  (resource, _) ->
                      Resource.create(Attributes.of(INSTANCE, instance)).merge(resource))
              .addMeterProviderCustomizer((meters, _) -> meters.registerMetricReader(counts))
              .disableShutdownHook() // Roles end in an order, and this one last.
              .build()
              .getOpenTelemetrySdk();
      return new Tracing(sdk, counts);
    } catch (ConfigurationException e) {
      throw new IllegalArgumentException(
          "tracing: %s; mend it in conf/operators.json or in the environment (OTEL_…)"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** What holds where OpenTelemetry's environment variables say nothing else. */
  private static Map<String, String> properties(TracingConfig config) {
    return Map.ofEntries(
        Map.entry("otel.service.name", "clockwork"),
        Map.entry("otel.exporter.otlp.protocol", "http/protobuf"),
        Map.entry(
            "otel.exporter.otlp.endpoint",
            config.endpoint().isBlank() ? "http://localhost:4318" : config.endpoint()),
        Map.entry("otel.traces.sampler", "parentbased_traceidratio"),
        Map.entry("otel.traces.sampler.arg", Double.toString(config.sampleRatio())),
        Map.entry("otel.bsp.max.queue.size", Integer.toString(config.maxQueuedSpans())),
        Map.entry("otel.bsp.max.export.batch.size", Integer.toString(TracingConfig.BATCH)),
        Map.entry("otel.bsp.schedule.delay", "1000"),
        // Prometheus has the figures, the log stream the lines.
        Map.entry("otel.metrics.exporter", "none"),
        Map.entry("otel.logs.exporter", "none"),
        Map.entry("otel.propagators", "none"));
  }

  /** For a gateway. */
  public RequestWatch requests() {
    return new RequestSpans(tracer);
  }

  /** For whoever reads a controller's telemetry, on its one thread. */
  public Consumer<Telemetry> stages() {
    return new StageSpans(tracer, EpochClock.system());
  }

  /** What became of the spans so far; from any thread. */
  public SpanCounts counts() {
    return counts.read();
  }

  /** Sends what is left; blocks until that is done, or has taken too long. */
  @Override
  public void close() {
    sdk.shutdown().join(CLOSING_SECONDS, TimeUnit.SECONDS);
  }
}
