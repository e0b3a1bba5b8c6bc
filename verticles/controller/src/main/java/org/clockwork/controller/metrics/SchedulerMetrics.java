package org.clockwork.controller.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.controller.ModelNames;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.controller.usage.TenantUsage;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Executor;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.clockwork.core.worker.Announcement;

/**
 * Counts what the scheduler tells, for Prometheus: every name is there from the start and every
 * histogram has the same buckets everywhere, so that they can be added up. Has one owner, the
 * thread that reads the telemetry, on which it is also scraped; only workers are told of by
 * another.
 */
public final class SchedulerMetrics implements Consumer<Telemetry> {
  /**
   * From a tenth of a millisecond to ten seconds: what objectives are, and what they are made of.
   */
  private static final Duration[] BUCKETS =
      List.of(
              100,
              250,
              500,
              1_000,
              2_500,
              5_000,
              10_000,
              25_000,
              50_000,
              100_000,
              250_000,
              500_000,
              1_000_000,
              2_500_000,
              5_000_000,
              10_000_000)
          .stream()
          .map(micros -> Duration.ofNanos(micros * 1_000L))
          .toArray(Duration[]::new);

  private static final double[] BATCH_SIZES = {1, 2, 4, 8, 16, 32};

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ModelNames names;
  private final TritonCounts triton = new TritonCounts();
  private final GpuPages pages = new GpuPages();
  private final Timer met = latency("met");
  private final Timer late = latency("late");
  private final Map<RefusalCause, Timer> refusals = new EnumMap<>(RefusalCause.class);
  private final Counter timedOut = ended("timed_out");
  private final Counter cancelled = ended("cancelled");
  private final Counter failed = ended("failed");
  private final Counter coldStarts =
      Counter.builder("clockwork.cold.starts")
          .description("Requests that came while no GPU held their model")
          .register(registry);
  private final Map<Figure, Timer> lateBy = new EnumMap<>(Figure.class);
  private final Map<Figure, Timer> earlyBy = new EnumMap<>(Figure.class);
  private final Map<ActionType, Counter> done = new EnumMap<>(ActionType.class);
  private final Map<ActionType, Counter> refused = new EnumMap<>(ActionType.class);
  private final DistributionSummary batches =
      DistributionSummary.builder("clockwork.batch.size")
          .description("Compiled batch sizes that were run")
          .serviceLevelObjectives(BATCH_SIZES)
          .register(registry);
  private final Map<GpuId, Map<Executor, Counter>> busy = new HashMap<>();
  private final MultiGauge gpuPages = gauge("clockwork.pages", "Pages of a GPU's weights cache");
  private final MultiGauge gpuPagesUsed =
      gauge("clockwork.pages.used", "Pages that hold weights, or are about to");
  private final MultiGauge gpuModels =
      gauge("clockwork.models.loaded", "Models whose weights a GPU holds, or is about to");
  private ActionEnded lastBatch;

  /**
   * @param lostEvents events that never came here, because nobody could take them in time
   * @param spans what became of the spans of requests
   */
  public SchedulerMetrics(ModelNames names, LongSupplier lostEvents, Supplier<SpanCounts> spans) {
    this.names = names;
    registry.getPrometheusRegistry().register(triton);
    for (RefusalCause cause : RefusalCause.values()) {
      refusals.put(
          cause,
          timer("clockwork.refusal.latency", "How long a refusal took", "cause", cause.word()));
    }
    for (Figure figure : Figure.values()) {
      lateBy.put(figure, error(figure, "late"));
      earlyBy.put(figure, error(figure, "early"));
    }
    for (ActionType type : ActionType.values()) {
      done.put(type, actions(type, "done"));
      refused.put(type, actions(type, "refused"));
    }
    ReportingMeters reporting = new ReportingMeters(registry);
    reporting.lost(lostEvents);
    reporting.spans(spans);
  }

  private Timer latency(String result) {
    return timer(
        "clockwork.request.latency",
        "From arrival to answer, as the controller sees it",
        "result",
        result);
  }

  private Timer error(Figure figure, String sign) {
    return Timer.builder("clockwork.prediction.error")
        .description("How far predictions were from what then happened")
        .tags("figure", word(figure), "sign", sign)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Timer timer(String name, String description, String tag, String value) {
    return Timer.builder(name)
        .description(description)
        .tag(tag, value)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Counter ended(String result) {
    return Counter.builder("clockwork.requests.unanswered")
        .description("Requests that ended neither with an answer nor with a refusal")
        .tag("result", result)
        .register(registry);
  }

  private Counter actions(ActionType type, String outcome) {
    return Counter.builder("clockwork.actions")
        .description("Actions whose outcome has come")
        .tags("type", word(type), "outcome", outcome)
        .register(registry);
  }

  private MultiGauge gauge(String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Which models each GPU holds, by what was accepted so far. */
  public GpuPages pages() {
    return pages;
  }

  /** From any thread. */
  public void joined(Announcement announcement) {
    pages.joined(announcement);
  }

  /** From any thread. */
  public void left(WorkerId worker) {
    pages.left(worker);
  }

  /** Shows each account from when it is opened. */
  public Consumer<TenantUsage> tenants() {
    return new TenantMeters(registry);
  }

  @Override
  public void accept(Telemetry event) {
    switch (event) {
      case Telemetry.ActionSent sent when sent.action() instanceof Action.Unload unload ->
          pages.unloaded(sent.gpu(), unload.model());
      case Telemetry.ActionSent _ -> {}
      case Telemetry.ActionEnded ended -> ended(ended);
      case Telemetry.RequestEnded ended -> ended(ended);
    }
  }

  private void ended(ActionEnded action) {
    PredictionErrors.each(action, this::record);
    boolean wasRefused = action.outcome() instanceof Outcome.Refused;
    (wasRefused ? refused : done).get(action.type()).increment();
    switch (action.outcome()) {
      case Outcome.Inferred run -> {
        lastBatch = action;
        batches.record(action.batch());
        triton.executed(names.of(action.model()));
        busy(action.gpu(), Executor.INPUT, run.input().nanos());
        busy(action.gpu(), Executor.EXEC, run.exec().nanos());
        busy(action.gpu(), Executor.OUTPUT, run.output().nanos());
      }
      case Outcome.Loaded loaded -> {
        pages.loaded(action.gpu(), action.model());
        busy(action.gpu(), Executor.LOAD, loaded.load().nanos());
      }
      default -> {}
    }
  }

  private void record(Figure figure, long errorNanos) {
    (errorNanos < 0 ? earlyBy : lateBy)
        .get(figure)
        .record(Math.abs(errorNanos), TimeUnit.NANOSECONDS);
  }

  private void busy(GpuId gpu, Executor executor, long nanos) {
    busy.computeIfAbsent(gpu, this::executors).get(executor).increment(nanos / 1e9);
  }

  private Map<Executor, Counter> executors(GpuId gpu) {
    Map<Executor, Counter> counters = new EnumMap<>(Executor.class);
    for (Executor executor : Executor.values()) {
      counters.put(
          executor,
          Counter.builder("clockwork.executor.busy")
              .description("Time that an executor worked; its rate is the utilisation")
              .baseUnit("seconds")
              .tags(tags(gpu).and("executor", word(executor)))
              .register(registry));
    }
    return counters;
  }

  private static Tags tags(GpuId gpu) {
    return Tags.of("worker", gpu.worker().toString(), "gpu", String.valueOf(gpu.index()));
  }

  private void ended(RequestEnded ended) {
    if (ended.coldStart()) {
      coldStarts.increment();
    }
    String model = names.of(ended.request().model());
    switch (ended.result()) {
      case Result.Succeeded _ -> {
        (ended.met() ? met : late).record(ended.latencyNanos(), TimeUnit.NANOSECONDS);
        // The scheduler tells of a batch and then, at the same moment, of the requests in it.
        if (lastBatch != null && lastBatch.outcome() instanceof Outcome.Inferred run) {
          triton.succeeded(model, ended, lastBatch, run);
        }
      }
      case Result.Refused refusal -> {
        refusals.get(refusal.cause()).record(ended.latencyNanos(), TimeUnit.NANOSECONDS);
        triton.failed(model, ended.result());
      }
      case Result.TimedOut _ -> notAnswered(timedOut, model, ended);
      case Result.Cancelled _ -> notAnswered(cancelled, model, ended);
      case Result.Failed _ -> notAnswered(failed, model, ended);
    }
  }

  private void notAnswered(Counter counter, String model, RequestEnded ended) {
    counter.increment();
    triton.failed(model, ended.result());
  }

  /**
   * All of it, in Prometheus's text format.
   *
   * @param queued requests that wait for each model now; for those left out none waits
   */
  public String scrape(Map<ModelId, Integer> queued) {
    names.each(triton::known);
    triton.queued(queued, names);
    List<MultiGauge.Row<?>> all = new ArrayList<>();
    List<MultiGauge.Row<?>> used = new ArrayList<>();
    List<MultiGauge.Row<?>> models = new ArrayList<>();
    pages.each(
        gpu -> {
          Tags tags = tags(gpu.id());
          all.add(MultiGauge.Row.of(tags, gpu.spec().pages()));
          used.add(MultiGauge.Row.of(tags, gpu.pagesUsed(names::weightsBytes)));
          models.add(MultiGauge.Row.of(tags, gpu.models().size()));
        });
    gpuPages.register(all, true);
    gpuPagesUsed.register(used, true);
    gpuModels.register(models, true);
    return registry.scrape();
  }
}
