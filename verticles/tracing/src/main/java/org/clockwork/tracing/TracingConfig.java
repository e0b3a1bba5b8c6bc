package org.clockwork.tracing;

import java.util.List;
import java.util.Map;

/**
 * Whether and where requests are shown as spans. OpenTelemetry's own environment variables go
 * before all of it.
 *
 * @param endpoint of a receiver of OTLP over HTTP, such as {@code http://localhost:4318}; empty
 *     shows nothing
 * @param sampleRatio of the requests that come without a trace: 0.01; whoever brings one has
 *     decided already
 * @param maxQueuedSpans that may wait for the receiver; the next is dropped and counted: 8,192, a
 *     second of 1,300 sampled requests
 */
public record TracingConfig(String endpoint, double sampleRatio, int maxQueuedSpans) {
  public static final TracingConfig DEFAULT = new TracingConfig("", 0.01, 8_192);

  /** Each names a receiver by itself. */
  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  /** Spans that go in one message; more have to fit in the queue. */
  static final int BATCH = 512;

  public TracingConfig {
    if (!(sampleRatio >= 0 && sampleRatio <= 1) || maxQueuedSpans < BATCH) {
      throw new IllegalArgumentException(
          "sampleRatio=%s must be from 0 to 1, maxQueuedSpans=%d at least %d"
              .formatted(sampleRatio, maxQueuedSpans, BATCH));
    }
  }

  /** Whether anybody wants to see spans; else nothing is loaded for them. */
  public boolean wanted(Map<String, String> environment) {
    return !endpoint.isBlank()
        || ENDPOINTS.stream().anyMatch(name -> !environment.getOrDefault(name, "").isBlank());
  }
}
