package org.clockwork.test.telemetry;

import static org.clockwork.test.telemetry.SampleEvents.MILLIS;
import static org.clockwork.test.telemetry.SampleEvents.START;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import org.clockwork.controller.telemetry.ClusterSummary;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.telemetry.Telemetry.Result;
import org.junit.jupiter.api.Test;

/** What the controller publishes each second. */
class ClusterSummaryTest {
  private final ClusterSummary summary = new ClusterSummary(START);

  @Test
  void everyEndOfARequestIsCountedOnceAndOnlyInItsOwnSecond() {
    summary.accept(SampleEvents.ended(1, 50, new Result.Succeeded(1, MILLIS)));
    summary.accept(SampleEvents.ended(2, 150, new Result.Succeeded(1, MILLIS)));
    summary.accept(SampleEvents.ended(3, 1, new Result.Refused(RefusalCause.QUEUE, "full", 0)));
    summary.accept(SampleEvents.ended(4, 1, new Result.Refused(RefusalCause.QUEUE, "full", 0)));
    summary.accept(SampleEvents.ended(5, 95, new Result.TimedOut()));
    summary.accept(SampleEvents.ended(6, 95, new Result.Cancelled()));
    JsonObject second = taken(1);
    assertEquals(1, second.getInteger("met"));
    assertEquals(1, second.getInteger("late"));
    assertEquals(new JsonObject().put("queue", 2), second.getJsonObject("refused"));
    assertEquals(1, second.getInteger("timed_out"));
    assertEquals(1, second.getInteger("cancelled"));
    assertEquals(0, second.getInteger("failed"));
    assertEquals(1.0, second.getDouble("goodput_per_s"));
    assertEquals(150, second.getJsonObject("latency_ms").getDouble("max"), 0.2);
    JsonObject next = taken(2);
    assertEquals(0, next.getInteger("met"));
    assertEquals(new JsonObject(), next.getJsonObject("refused"));
    assertEquals(0.0, next.getJsonObject("latency_ms").getDouble("max"));
  }

  @Test
  void whatWasExecutedAndLoadedIsToldAsUtilizationAndLoads() {
    summary.accept(SampleEvents.inferred()); // 4 ms
    summary.accept(SampleEvents.loaded());
    summary.accept(SampleEvents.refused());
    JsonObject second = taken(1);
    assertEquals(0.004, second.getDouble("utilization"));
    assertEquals(1, second.getInteger("loads"));
  }

  @Test
  void modelsAreThoseThatAreServed() {
    summary.changed(new ModelStatus.Unavailable("a", "broken"));
    summary.changed(new ModelStatus.Gone("b"));
    assertEquals(0, taken(1).getInteger("models"));
  }

  private JsonObject taken(long second) {
    return summary.take(START + second * 1_000 * MILLIS);
  }
}
