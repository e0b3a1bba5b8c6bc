package org.clockwork.controller.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.clockwork.core.telemetry.SpanCounts;

/** Shows how much of what the controller tells about itself never reached anybody. */
record ReportingMeters(MeterRegistry registry) {

  void lost(LongSupplier lostEvents) {
    FunctionCounter.builder(
            "clockwork.telemetry.lost", lostEvents, lost -> (double) lost.getAsLong())
        .description("Events that are in no log and no metric, for want of time or disk")
        .register(registry);
  }

  void spans(Supplier<SpanCounts> counts) {
    spans("exported", counts, SpanCounts::exported);
    spans("failed", counts, SpanCounts::failed);
    spans("dropped", counts, SpanCounts::dropped);
  }

  private void spans(
      String result, Supplier<SpanCounts> counts, ToDoubleFunction<SpanCounts> count) {
    FunctionCounter.builder("clockwork.spans", counts, all -> count.applyAsDouble(all.get()))
        .description("Spans of requests, by what became of them")
        .tag("result", result)
        .register(registry);
  }
}
