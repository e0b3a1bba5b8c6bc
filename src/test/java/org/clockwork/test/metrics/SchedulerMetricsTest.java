package org.clockwork.test.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.clockwork.controller.ModelNames;
import org.clockwork.controller.metrics.SchedulerMetrics;
import org.clockwork.controller.usage.Usage;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.telemetry.Telemetry.ActionType;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.clockwork.core.worker.Announcement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchedulerMetricsTest {
  private static final long MILLIS = 1_000_000;
  private static final WorkerId WORKER = new WorkerId("W0");
  private static final GpuId GPU = new GpuId(WORKER, 0);
  private static final ModelId MODEL = new ModelId(3);
  private static final String OF_MODEL = "{model=\"resnet\",version=\"1\"}";

  /** Of the model: two pages and a byte of the third. */
  private static final long WEIGHTS_BYTES = 2L * DeviceSpec.PAGE_BYTES + 1;

  private final ModelNames names = new ModelNames();
  private Map<ModelId, Integer> queued = Map.of();
  private SpanCounts spans = SpanCounts.NONE;
  private long lost;
  private final SchedulerMetrics metrics = new SchedulerMetrics(names, () -> lost, () -> spans);

  @BeforeEach
  void aModelIsReady() {
    TensorSpec tensor = new TensorSpec("x", DataType.FP32, List.of(1));
    names.changed(
        new ModelStatus.Ready(
            MODEL,
            new ModelSpec("resnet", "resnet", List.of(tensor), List.of(tensor), WEIGHTS_BYTES, 0),
            1,
            4,
            1));
  }

  @Test
  void everyNameAndBucketIsThereBeforeAnythingHasHappened() {
    Map<String, Double> samples = samples();
    for (String name :
        List.of(
            "nv_inference_request_success" + OF_MODEL,
            "nv_inference_count" + OF_MODEL,
            "nv_inference_exec_count" + OF_MODEL,
            "nv_inference_request_duration_us" + OF_MODEL,
            "nv_inference_queue_duration_us" + OF_MODEL,
            "nv_inference_compute_infer_duration_us" + OF_MODEL,
            "nv_inference_request_failure" + "{model=\"resnet\",reason=\"REJECTED\",version=\"1\"}",
            "clockwork_request_latency_seconds_bucket{result=\"met\",le=\"0.001\"}",
            "clockwork_refusal_latency_seconds_bucket{cause=\"queue\",le=\"0.001\"}",
            "clockwork_refusal_latency_seconds_count{cause=\"tenant_limit\"}",
            "clockwork_prediction_error_seconds_bucket"
                + "{figure=\"infer_completion\",sign=\"late\",le=\"0.001\"}",
            "clockwork_requests_unanswered_total{result=\"timed_out\"}",
            "clockwork_cold_starts_total",
            "clockwork_actions_total{outcome=\"refused\",type=\"load\"}",
            "clockwork_batch_size_bucket{le=\"8.0\"}",
            "clockwork_telemetry_lost_total")) {
      assertEquals(0.0, samples.getOrDefault(name, Double.NaN), name);
    }
  }

  @Test
  void aModelIsCountedUnderTritonsNamesAndRules() {
    ranBatch(5 * MILLIS);
    succeeded(1, 12 * MILLIS);
    succeeded(2, 12 * MILLIS);
    Map<String, Double> samples = samples();
    assertEquals(2, samples.get("nv_inference_request_success" + OF_MODEL));
    assertEquals(4, samples.get("nv_inference_count" + OF_MODEL));
    assertEquals(1, samples.get("nv_inference_exec_count" + OF_MODEL));
    assertEquals(24_000, samples.get("nv_inference_request_duration_us" + OF_MODEL));
    assertEquals(4_000, samples.get("nv_inference_queue_duration_us" + OF_MODEL));
    assertEquals(10_000, samples.get("nv_inference_compute_infer_duration_us" + OF_MODEL));
    assertEquals(2_000, samples.get("nv_inference_compute_input_duration_us" + OF_MODEL));
    assertEquals(4_000, samples.get("nv_inference_compute_output_duration_us" + OF_MODEL));
  }

  @Test
  void requestsThatWaitAreToldAsOfNow() {
    String pending = "nv_inference_pending_request_count" + OF_MODEL;
    assertEquals(0, samples().get(pending));
    queued = Map.of(MODEL, 7);
    assertEquals(7, samples().get(pending));
    queued = Map.of();
    assertEquals(0, samples().get(pending));
  }

  @Test
  void everyWayToFailHasTritonsReason() {
    ended(1, 5 * MILLIS, new Result.Refused(RefusalCause.QUEUE, "", 0));
    ended(2, 5 * MILLIS, new Result.TimedOut());
    ended(3, 5 * MILLIS, new Result.Cancelled());
    ended(4, 5 * MILLIS, new Result.Failed(ErrorCode.RUNTIME_ERROR, ""));
    ended(5, 5 * MILLIS, new Result.Failed(ErrorCode.INVALID_INPUT, ""));
    Map<String, Double> samples = samples();
    assertEquals(2, failures(samples, "REJECTED"));
    assertEquals(1, failures(samples, "CANCELED"));
    assertEquals(1, failures(samples, "BACKEND"));
    assertEquals(1, failures(samples, "OTHER"));
    assertEquals(1, samples.get("clockwork_refusal_latency_seconds_count{cause=\"queue\"}"));
    assertEquals(2, samples.get("clockwork_requests_unanswered_total{result=\"failed\"}"));
  }

  @Test
  void latenciesOfMetAndLateRequestsAreApart() {
    ranBatch(5 * MILLIS);
    succeeded(1, 12 * MILLIS);
    succeeded(2, 101 * MILLIS);
    Map<String, Double> samples = samples();
    String bucket = "clockwork_request_latency_seconds_bucket{result=\"%s\",le=\"%s\"}";
    assertEquals(0, samples.get(bucket.formatted("met", "0.01")));
    assertEquals(1, samples.get(bucket.formatted("met", "0.025")));
    assertEquals(0, samples.get(bucket.formatted("late", "0.1")));
    assertEquals(1, samples.get(bucket.formatted("late", "0.25")));
  }

  @Test
  void predictionsThatWereTooLongAndTooShortAreApart() {
    ranBatch(3 * MILLIS); // as predicted
    ranBatch(4 * MILLIS);
    ranBatch(1 * MILLIS);
    Map<String, Double> samples = samples();
    String count =
        "clockwork_prediction_error_seconds_count{figure=\"infer_duration\",sign=\"%s\"}";
    assertEquals(2, samples.get(count.formatted("late")));
    assertEquals(1, samples.get(count.formatted("early")));
  }

  @Test
  void pagesFollowLoadsAndUnloadsAndGoWithTheirWorker() {
    String used = "clockwork_pages_used{gpu=\"0\",worker=\"W0\"}";
    metrics.joined(announcement(Set.of()));
    assertEquals(0, samples().get(used));
    assertEquals(100, samples().get("clockwork_pages{gpu=\"0\",worker=\"W0\"}"));
    loaded();
    assertEquals(3, samples().get(used));
    assertEquals(1, samples().get("clockwork_models_loaded{gpu=\"0\",worker=\"W0\"}"));
    unloaded();
    assertEquals(0, samples().get(used));
    metrics.joined(announcement(Set.of(MODEL)));
    assertEquals(3, samples().get(used));
    metrics.left(WORKER);
    assertFalse(samples().containsKey(used));
  }

  @Test
  void anExecutorsWorkAddsUp() {
    ranBatch(5 * MILLIS);
    ranBatch(7 * MILLIS);
    String busy =
        "clockwork_executor_busy_seconds_total{executor=\"exec\",gpu=\"0\",worker=\"W0\"}";
    assertEquals(0.012, samples().get(busy), 1e-9);
  }

  @Test
  void coldStartsAreCountedWhateverBecameOfThem() {
    Telemetry.RequestEnded warm =
        new Telemetry.RequestEnded(1, request(1), new Result.TimedOut(), 1, 1, false);
    metrics.accept(warm);
    metrics.accept(new Telemetry.RequestEnded(1, request(2), new Result.TimedOut(), 1, 1, true));
    assertEquals(1, samples().get("clockwork_cold_starts_total"));
  }

  @Test
  void spansAreToldByWhatBecameOfThem() {
    spans = new SpanCounts(5, 3, 2);
    Map<String, Double> samples = samples();
    assertEquals(5, samples.get("clockwork_spans_total{result=\"exported\"}"));
    assertEquals(3, samples.get("clockwork_spans_total{result=\"failed\"}"));
    assertEquals(2, samples.get("clockwork_spans_total{result=\"dropped\"}"));
  }

  @Test
  void whatWasLostIsTold() {
    lost = 7;
    assertEquals(7, samples().get("clockwork_telemetry_lost_total"));
  }

  /** A scrape with a model, a worker and a batch, so that it has every name. */
  static String scrapeWithEveryName() {
    SchedulerMetricsTest test = new SchedulerMetricsTest();
    test.aModelIsReady();
    test.metrics.joined(announcement(Set.of()));
    new Usage(1, test.metrics.tenants());
    test.ranBatch(5 * MILLIS);
    return test.metrics.scrape(Map.of());
  }

  /** Every sample of a scrape, by name and labels as they are written. */
  private Map<String, Double> samples() {
    Map<String, Double> samples = new TreeMap<>();
    for (String line : metrics.scrape(queued).lines().toList()) {
      if (!line.startsWith("#")) {
        int space = line.lastIndexOf(' ');
        Double before =
            samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        assertTrue(Optional.ofNullable(before).isEmpty(), () -> "twice: " + line);
      }
    }
    return samples;
  }

  private static double failures(Map<String, Double> samples, String reason) {
    return samples.get(
        "nv_inference_request_failure{model=\"resnet\",reason=\"%s\",version=\"1\"}"
            .formatted(reason));
  }

  /** Sent at 2 ms, predicted to run for 3 ms from 4 ms on, where it began. */
  private void ranBatch(long execNanos) {
    Span exec = new Span(4 * MILLIS, 4 * MILLIS + execNanos);
    Outcome run =
        new Outcome.Inferred(
            new ActionId(1, 1),
            new Span(3 * MILLIS, 4 * MILLIS),
            exec,
            new Span(exec.endedNanos(), exec.endedNanos() + 2 * MILLIS),
            new Outcome.Stamps(0, 0));
    Prediction prediction = new Prediction(2 * MILLIS, 4 * MILLIS, 3 * MILLIS);
    ended(ActionType.INFER, prediction, run);
  }

  private void loaded() {
    Outcome loaded =
        new Outcome.Loaded(new ActionId(1, 2), new Span(0, MILLIS), new Outcome.Stamps(0, 0));
    ended(ActionType.LOAD, new Prediction(0, 0, MILLIS), loaded);
  }

  private void ended(ActionType type, Prediction prediction, Outcome outcome) {
    metrics.accept(
        new Telemetry.ActionEnded(20 * MILLIS, type, GPU, MODEL, 4, prediction, outcome, 1, 0, 1));
  }

  private void unloaded() {
    Action.Unload unload = new Action.Unload(new ActionId(1, 3), 0, MODEL, Window.ANY);
    metrics.accept(new Telemetry.ActionSent(0, GPU, unload, new Prediction(0, 0, 0)));
  }

  private void succeeded(int number, long latencyNanos) {
    ended(number, latencyNanos, new Result.Succeeded(4, 5 * MILLIS));
  }

  private void ended(int number, long latencyNanos, Result result) {
    metrics.accept(new Telemetry.RequestEnded(latencyNanos, request(number), result, 1, 1, false));
  }

  /** Two rows that arrived at 0 and have 100 ms. */
  private static Request request(int number) {
    return new Request(
        new RequestId(new GatewayId("G0"), number),
        MODEL,
        2,
        0,
        100 * MILLIS,
        0,
        Request.DEFAULT_TENANT,
        0,
        new Input.Generated());
  }

  private static Announcement announcement(Set<ModelId> resident) {
    return new Announcement(
        WORKER,
        new NodeId("a node"),
        List.of(new DeviceSpec("simulated", DeviceSpec.PAGE_BYTES, 100, false, 4)),
        List.of(),
        List.of(),
        List.of(resident));
  }
}
