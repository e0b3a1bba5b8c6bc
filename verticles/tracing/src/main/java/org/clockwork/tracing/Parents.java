package org.clockwork.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.Optional;
import org.clockwork.core.request.Traceparent;

/** Places in traces, in OpenTelemetry's own terms. */
final class Parents {
  private Parents() {}

  /** What a new span is to stand below; the beginning of a trace where there is nothing. */
  static Context of(Optional<Traceparent> place) {
    return place.map(Parents::of).orElseGet(Context::root);
  }

  static Context of(Traceparent place) {
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.createFromRemoteParent(
                    place.traceId(),
                    place.parentId(),
                    place.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                    TraceState.getDefault())));
  }
}
