package org.clockwork.controller.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.clockwork.controller.ModelNames;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/**
 * Triton's metrics under Triton's very names, for the boards and alerts that people have. They are
 * told as untyped, because as counters Prometheus's library would end each name in {@code _total}.
 */
final class TritonCounts implements MultiCollector {
  /** There is one of each model, as everywhere. */
  private static final String VERSION = "1";

  private static final double NANOS_PER_MICRO = 1e3;

  private static final List<Metric> METRICS =
      List.of(
          new Metric(
              "nv_inference_request_success", "Requests that were answered", one -> one.requests),
          new Metric("nv_inference_count", "Rows that were answered", one -> one.rows),
          new Metric("nv_inference_exec_count", "Batches that were run", one -> one.batches),
          micros("request", "from arrival to answer", one -> one.requestNanos),
          micros("queue", "before they were sent to a worker", one -> one.queueNanos),
          micros("compute_input", "to copy inputs to the device", one -> one.inputNanos),
          micros("compute_infer", "to execute their batches", one -> one.execNanos),
          micros("compute_output", "to copy outputs from the device", one -> one.outputNanos));

  private final Map<String, ModelCounts> models = new TreeMap<>();

  /** Requests that wait, by model; as of the last time that somebody looked. */
  private Map<String, Integer> queued = Map.of();

  private record Metric(String name, String help, ToDoubleFunction<ModelCounts> value) {}

  private static Metric micros(String what, String help, ToDoubleFunction<ModelCounts> nanos) {
    return new Metric(
        "nv_inference_" + what + "_duration_us",
        "Microseconds that answered requests took %s, summed".formatted(help),
        one -> nanos.applyAsDouble(one) / NANOS_PER_MICRO);
  }

  /** Counted from now on; its figures stand at 0. */
  void known(String model) {
    models.computeIfAbsent(model, _ -> new ModelCounts());
  }

  /** How many requests wait now; for models that are left out none. */
  void queued(Map<ModelId, Integer> byModel, ModelNames names) {
    Map<String, Integer> byName = new HashMap<>();
    byModel.forEach((model, waiting) -> byName.merge(names.of(model), waiting, Integer::sum));
    queued = byName;
  }

  void executed(String model) {
    of(model).executed();
  }

  /** A request of a batch that ended as that action did. */
  void succeeded(String model, RequestEnded ended, ActionEnded batch, Outcome.Inferred run) {
    of(model).succeeded(ended, batch, run);
  }

  void failed(String model, Result result) {
    of(model).failed(result);
  }

  private ModelCounts of(String model) {
    return models.computeIfAbsent(model, _ -> new ModelCounts());
  }

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> snapshots = new ArrayList<>();
    METRICS.forEach(metric -> snapshots.add(snapshot(metric)));
    snapshots.add(failures());
    snapshots.add(pending());
    return new MetricSnapshots(snapshots);
  }

  private MetricSnapshot snapshot(Metric metric) {
    UnknownSnapshot.Builder snapshot =
        UnknownSnapshot.builder().name(metric.name()).help(metric.help());
    models.forEach(
        (model, counts) ->
            snapshot.dataPoint(
                point(
                    Labels.of("model", model, "version", VERSION),
                    metric.value().applyAsDouble(counts))));
    return snapshot.build();
  }

  private MetricSnapshot failures() {
    UnknownSnapshot.Builder snapshot =
        UnknownSnapshot.builder()
            .name("nv_inference_request_failure")
            .help("Requests that were not answered, by reason");
    models.forEach(
        (model, counts) ->
            counts.failures.forEach(
                (reason, count) ->
                    snapshot.dataPoint(
                        point(
                            Labels.of("model", model, "version", VERSION, "reason", reason.name()),
                            count))));
    return snapshot.build();
  }

  private MetricSnapshot pending() {
    GaugeSnapshot.Builder snapshot =
        GaugeSnapshot.builder()
            .name("nv_inference_pending_request_count")
            .help("Requests that wait and were not sent to a worker yet");
    models
        .keySet()
        .forEach(
            model ->
                snapshot.dataPoint(
                    GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("model", model, "version", VERSION))
                        .value(queued.getOrDefault(model, 0))
                        .build()));
    return snapshot.build();
  }

  private static UnknownDataPointSnapshot point(Labels labels, double value) {
    return UnknownDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
