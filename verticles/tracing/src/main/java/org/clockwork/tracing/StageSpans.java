package org.clockwork.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.request.Traceparent;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/**
 * What happened to each sampled request, as spans below its own: how long it waited, LOADs of its
 * model meanwhile, input, exec and output of the batch that answered it. Made when the request has
 * ended, with the times of the telemetry.
 */
final class StageSpans implements Consumer<Telemetry> {
  private static final AttributeKey<String> WORKER = AttributeKey.stringKey("clockwork.worker");
  private static final AttributeKey<Long> GPU = AttributeKey.longKey("clockwork.gpu");
  private static final AttributeKey<Long> BATCH = AttributeKey.longKey("clockwork.batch_size");
  private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("clockwork.attempts");
  private static final AttributeKey<String> ACTION = AttributeKey.stringKey("clockwork.action");

  private final Tracer tracer;
  private final EpochClock clock;
  private final RecentLoads loads = new RecentLoads();
  private final Sendings sendings = new Sendings();
  private ActionEnded lastBatch;

  StageSpans(Tracer tracer, EpochClock clock) {
    this.tracer = tracer;
    this.clock = clock;
  }

  @Override
  public void accept(Telemetry event) {
    switch (event) {
      case Telemetry.ActionSent sent -> sendings.sent(sent);
      case ActionEnded ended -> {
        loads.ended(ended);
        if (ended.outcome() instanceof Outcome.Inferred) {
          lastBatch = ended;
        }
      }
      case RequestEnded ended -> {
        Optional<Sendings.Sent> sent = sendings.ended(ended.request().id());
        ended
            .request()
            .trace()
            .filter(Traceparent::sampled)
            .ifPresent(place -> new Story(ended, sent, Parents.of(place)).tell());
      }
    }
  }

  /** One request's; times are put on the clock of the day by the same amount. */
  private final class Story {
    private final RequestEnded ended;
    private final Optional<Sendings.Sent> sent;
    private final Context request;
    private final long aheadNanos = clock.aheadNanos();

    Story(RequestEnded ended, Optional<Sendings.Sent> sent, Context request) {
      this.ended = ended;
      this.sent = sent;
      this.request = request;
    }

    void tell() {
      long arrivedNanos = ended.request().arrivedNanos();
      Span queue =
          begin("queue", arrivedNanos)
              .setAttribute(ATTEMPTS, sent.map(Sendings.Sent::times).orElse(0).longValue());
      end(queue, Math.max(arrivedNanos, sent.map(Sendings.Sent::nanos).orElse(ended.nanos())));
      for (ActionEnded load : loads.of(ended.request().model(), arrivedNanos, ended.nanos())) {
        if (load.outcome() instanceof Outcome.Loaded loaded) {
          stage("load", load.gpu(), loaded.load(), load.outcome());
        }
      }
      // The scheduler tells of a batch and then, at the same moment, of the requests in it.
      if (ended.result() instanceof Result.Succeeded
          && lastBatch != null
          && lastBatch.outcome() instanceof Outcome.Inferred run) {
        stage("input", lastBatch.gpu(), run.input(), run);
        stage("exec", lastBatch.gpu(), run.exec(), run);
        stage("output", lastBatch.gpu(), run.output(), run);
      } else {
        sent.ifPresent(this::inVain);
      }
    }

    private void inVain(Sendings.Sent last) {
      Span span = of(last.gpu(), begin("sent_in_vain", last.nanos()));
      span.setStatus(StatusCode.ERROR, "no answer came of it");
      end(span, Math.max(last.nanos(), ended.nanos()));
    }

    private void stage(
        String name, GpuId gpu, org.clockwork.core.action.Span ran, Outcome outcome) {
      Span span = of(gpu, begin(name, ran.begunNanos()));
      span.setAttribute(ACTION, outcome.action().toString());
      if (outcome instanceof Outcome.Inferred) {
        span.setAttribute(BATCH, (long) lastBatch.batch());
      }
      end(span, ran.endedNanos());
    }

    private static Span of(GpuId gpu, Span span) {
      return span.setAttribute(WORKER, gpu.worker().toString())
          .setAttribute(GPU, (long) gpu.index());
    }

    private Span begin(String name, long nanos) {
      return tracer
          .spanBuilder(name)
          .setParent(request)
          .setStartTimestamp(nanos + aheadNanos, TimeUnit.NANOSECONDS)
          .startSpan();
    }

    private void end(Span span, long nanos) {
      span.end(nanos + aheadNanos, TimeUnit.NANOSECONDS);
    }
  }
}
