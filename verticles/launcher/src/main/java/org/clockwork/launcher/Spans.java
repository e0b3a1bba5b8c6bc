package org.clockwork.launcher;

import org.clockwork.controller.ControllerVerticle;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.tracing.Tracing;
import org.clockwork.tracing.TracingConfig;

/**
 * Requests as spans, or none. Two cases, so that where nobody wants them not one class of
 * OpenTelemetry is looked at.
 */
sealed interface Spans {

  /** Whoever follows a gateway's requests. */
  RequestWatch requests();

  /** To be called before it is deployed. */
  void follow(ControllerVerticle controller);

  /** What became of them so far. */
  SpanCounts counts();

  /** Sends what is left; blocks. */
  void close();

  /**
   * @param instance tells this process from others
   * @throws UnusableException what is configured can't be
   */
  static Spans begin(TracingConfig config, String instance) {
    try {
      return new Shown(Tracing.begin(config, instance));
    } catch (IllegalArgumentException e) {
      throw new UnusableException(e.getMessage());
    }
  }

  /** Nobody wants to see them. */
  record None() implements Spans {
    @Override
    public RequestWatch requests() {
      return RequestWatch.NONE;
    }

    @Override
    public void follow(ControllerVerticle controller) {}

    @Override
    public SpanCounts counts() {
      return SpanCounts.NONE;
    }

    @Override
    public void close() {}
  }

  /** A receiver is named. */
  record Shown(Tracing tracing) implements Spans {
    @Override
    public RequestWatch requests() {
      return tracing.requests();
    }

    @Override
    public void follow(ControllerVerticle controller) {
      controller.followedBy(tracing.stages(), tracing::counts);
    }

    @Override
    public SpanCounts counts() {
      return tracing.counts();
    }

    @Override
    public void close() {
      tracing.close();
    }
  }
}
