package org.clockwork.experiments.scenario;

import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.ArrivalProcess.BurstyClosed;
import org.clockwork.core.workload.ArrivalProcess.BurstyOpen;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.FixedRate;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Bursts;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Distribution;

/** The key {@code arrivals} of a stream: when its requests are sent. */
final class ArrivalFields {
  private static final double RATE_MIN = 1e-6;
  private static final double RATE_MAX = 10_000_000;
  private static final int CONCURRENCY_MAX = 100_000;
  private static final double HOUR_MILLIS = 3_600_000;

  private ArrivalFields() {}

  private enum Kind {
    POISSON,
    FIXED,
    BURSTY,
    CLOSED,
    BURSTY_CLOSED
  }

  /**
   * The process of each of so many models: a rate is split evenly among them, a concurrency is that
   * of each.
   */
  static Optional<ArrivalProcess> read(JsonFields fields, int models) {
    fields.require("kind");
    Optional<Kind> kind = fields.word("kind", Kind.class);
    Optional<ArrivalProcess> process =
        kind.flatMap(
            known ->
                switch (known) {
                  case POISSON ->
                      rate(fields, models).map(rate -> new Poisson(Course.constant(rate)));
                  case FIXED ->
                      rate(fields, models).map(rate -> new FixedRate(Course.constant(rate)));
                  case BURSTY -> bursty(fields, models);
                  case CLOSED -> closed(fields);
                  case BURSTY_CLOSED -> burstyClosed(fields);
                });
    // Which other keys there may be depends on the kind.
    if (kind.isPresent()) {
      fields.refuseOthers();
    }
    return process;
  }

  private static Optional<Double> rate(JsonFields fields, int models) {
    fields.require("per_second");
    return fields.decimal("per_second", RATE_MIN, RATE_MAX).map(rate -> rate / models);
  }

  private static Optional<ArrivalProcess> bursty(JsonFields fields, int models) {
    Optional<Double> rate = rate(fields, models);
    Distribution spacing =
        fields.word("spacing", Distribution.class).orElse(Distribution.EXPONENTIAL);
    Optional<Bursts> bursts = bursts(fields);
    return rate.flatMap(each -> bursts.map(when -> new BurstyOpen(spacing, each, when)));
  }

  private static Optional<ArrivalProcess> closed(JsonFields fields) {
    Optional<Integer> concurrency = concurrency(fields);
    long requests = fields.integer("requests", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
    long jitterNanos = fields.millisAsNanos("start_jitter_ms", 0, HOUR_MILLIS).orElse(0L);
    return concurrency.map(each -> new ClosedLoop(each, requests, jitterNanos));
  }

  private static Optional<ArrivalProcess> burstyClosed(JsonFields fields) {
    Optional<Integer> concurrency = concurrency(fields);
    Optional<Bursts> bursts = bursts(fields);
    return concurrency.flatMap(each -> bursts.map(when -> new BurstyClosed(each, when)));
  }

  private static Optional<Integer> concurrency(JsonFields fields) {
    fields.require("concurrency");
    return fields.integer("concurrency", 1, CONCURRENCY_MAX).map(Math::toIntExact);
  }

  private static Optional<Bursts> bursts(JsonFields fields) {
    fields.require("burst_ms");
    fields.require("idle_ms");
    Optional<Long> burst = fields.millisAsNanos("burst_ms", 0.001, HOUR_MILLIS);
    Optional<Long> idle = fields.millisAsNanos("idle_ms", 0, HOUR_MILLIS);
    return burst.flatMap(on -> idle.map(off -> Bursts.exponential(on, off)));
  }
}
