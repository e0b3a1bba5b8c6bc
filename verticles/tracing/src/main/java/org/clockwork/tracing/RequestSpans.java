package org.clockwork.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.request.Traceparent;

/**
 * One span for each request that is sampled, from when it is taken to its answer, below the span
 * that its client named. What the request goes on with is this span, so that the controller can put
 * its own below it. As many are open as requests are outstanding.
 */
final class RequestSpans implements RequestWatch {
  static final AttributeKey<String> REQUEST = AttributeKey.stringKey("clockwork.request_id");
  static final AttributeKey<String> MODEL = AttributeKey.stringKey("clockwork.model");
  static final AttributeKey<String> TENANT = AttributeKey.stringKey("clockwork.tenant");
  static final AttributeKey<String> RESULT = AttributeKey.stringKey("clockwork.result");
  static final AttributeKey<String> CAUSE = AttributeKey.stringKey("clockwork.cause");
  static final AttributeKey<Boolean> COLD_START = AttributeKey.booleanKey("clockwork.cold_start");

  private final Tracer tracer;
  private final Map<RequestId, Span> open = new HashMap<>();

  RequestSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public Submission begun(RequestId request, Submission submission) {
    Span span =
        tracer
            .spanBuilder("infer")
            .setSpanKind(SpanKind.SERVER)
            .setParent(Parents.of(submission.trace()))
            .startSpan();
    SpanContext context = span.getSpanContext();
    if (!context.isSampled()) {
      return submission.in(Optional.empty());
    }
    span.setAttribute(REQUEST, request.toString());
    span.setAttribute(MODEL, submission.model());
    span.setAttribute(TENANT, submission.tenant());
    open.put(request, span);
    return submission.in(Optional.of(place(context)));
  }

  private static Traceparent place(SpanContext context) {
    String trace = context.getTraceId();
    return new Traceparent(
        HexFormat.fromHexDigitsToLong(trace, 0, 16),
        HexFormat.fromHexDigitsToLong(trace, 16, 32),
        HexFormat.fromHexDigitsToLong(context.getSpanId()),
        true);
  }

  @Override
  public void answered(Answer answer) {
    Span span = open.remove(answer.request());
    if (span == null) {
      return; // It is not sampled.
    }
    switch (answer) {
      case Answer.Succeeded succeeded ->
          span.setAttribute(RESULT, succeeded.met() ? "met" : "late")
              .setAttribute(COLD_START, succeeded.coldStart());
      case Answer.Refused refused ->
          span.setAttribute(RESULT, "refused")
              .setAttribute(CAUSE, refused.cause().word())
              .setStatus(StatusCode.ERROR, refused.reason());
      case Answer.TimedOut _ ->
          span.setAttribute(RESULT, "timed_out").setStatus(StatusCode.ERROR, "timed out");
      case Answer.Failed failed ->
          span.setAttribute(RESULT, "failed")
              .setAttribute(CAUSE, failed.code().name().toLowerCase(Locale.ROOT))
              .setStatus(StatusCode.ERROR, failed.reason());
    }
    span.end();
  }
}
