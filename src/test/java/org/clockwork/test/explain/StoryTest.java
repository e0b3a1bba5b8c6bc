package org.clockwork.test.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.launcher.explain.Story;
import org.junit.jupiter.api.Test;

class StoryTest {
  private final List<String> lines = new ArrayList<>();

  @Test
  void aLateRequestIsToldFromItsArrivalToItsEndInTheOrderOfTime() {
    Story.tell(late(), lines::add);
    assertEquals(
        """
        request G0-12: resnet50_v2, 1 row, tenant default: late after 14.400 of 10.000 ms
        cause: ran_long (it ran 9.000 ms instead of the predicted 3.000)
               0.000 ms  arrived at its gateway; no GPU held the model
               0.200 ms  W0-GPU1 LOAD 1-6 sent, expected to take 4.000 ms
               0.400 ms  W0-GPU1 LOAD 1-6, 4.100 ms
               4.000 ms  W0-GPU1 INFER 1-7 sent: 3 of at most 4 requests, EXEC expected from 5.000 to 8.000, at the latest from 7.000
               4.000 ms    in front of it there: 2 of resnet18, 3.500 ms
               4.100 ms  W0-GPU1 received it
               4.200 ms  W0-GPU1 INPUT, 0.100 ms
               5.100 ms  W0-GPU1 EXEC, 9.000 ms
              14.100 ms  W0-GPU1 OUTPUT, 0.100 ms
              14.400 ms  ended for the controller: late
        """
            .lines()
            .toList(),
        lines);
  }

  @Test
  void whatItsClientCallsItIsSaidAndWhichOthersItCallsSo() {
    Story.tell(
        head("refused", 0.3)
            .put("client_id", "order 7")
            .put("requests", new JsonArray().add("G0-12").add("G0-4").add("G0-2")),
        lines::add);
    assertTrue(
        lines.getFirst().startsWith("request G0-12 (order 7): resnet50_v2"), lines::toString);
    assertEquals("its client called others so, the newest first: G0-4, G0-2", lines.getLast());
  }

  @Test
  void aRefusalSaysWhenARetryWasExpectedToSucceed() {
    Story.tell(
        head("refused", 0.3)
            .put("cause", "queue")
            .put("why", "the work in front of it leaves no time")
            .put("retry_after_ms", 25.0)
            .put("retry_of", "G0-3"),
        lines::add);
    assertEquals(
        """
        request G0-12: resnet50_v2, 1 row, tenant default: refused after 0.300 of 10.000 ms
        cause: queue (the work in front of it leaves no time)
               0.000 ms  arrived at its gateway, as a retry of G0-3; no GPU held the model
               0.300 ms  a retry was expected to succeed 25.000 ms later
               0.300 ms  ended for the controller: refused
        """
            .lines()
            .toList(),
        lines);
  }

  @Test
  void oneThatIsStillUnderWayIsToldAsFarAsItHasCome() {
    JsonObject attempt = attempt();
    List.of("received_ms", "input_ms", "exec_ms", "output_ms", "answered_ms")
        .forEach(attempt::remove);
    Story.tell(
        new JsonObject()
            .put("request_id", "G0-12")
            .put("result", "under_way")
            .put("loads", new JsonArray())
            .put("attempts", new JsonArray().add(attempt.put("in_front", new JsonArray()))),
        lines::add);
    assertEquals("request G0-12: under way", lines.getFirst());
    assertEquals(2, lines.size(), lines::toString);
  }

  private static JsonObject late() {
    JsonObject load =
        new JsonObject()
            .put("action", "1-6")
            .put("worker", "W0")
            .put("gpu", 1)
            .put("sent_ms", 0.2)
            .put("predicted_ms", 4.0)
            .put("load_ms", new JsonArray().add(0.4).add(4.5));
    return head("late", 14.4)
        .put("cause", "ran_long")
        .put("why", "it ran 9.000 ms instead of the predicted 3.000")
        .put("loads", new JsonArray().add(load))
        .put("attempts", new JsonArray().add(attempt()));
  }

  private static JsonObject head(String result, double latencyMillis) {
    return new JsonObject()
        .put("request_id", "G0-12")
        .put("result", result)
        .put("model", "resnet50_v2")
        .put("rows", 1)
        .put("tenant", "default")
        .put("priority", 0)
        .put("slo_ms", 10.0)
        .put("latency_ms", latencyMillis)
        .put("cold_start", true)
        .put("loads", new JsonArray())
        .put("attempts", new JsonArray());
  }

  private static JsonObject attempt() {
    JsonObject other =
        new JsonObject().put("model", "resnet18").put("batches", 2).put("exec_ms", 3.5);
    return new JsonObject()
        .put("action", "1-7")
        .put("worker", "W0")
        .put("gpu", 1)
        .put("batch_size", 4)
        .put("requests", 3)
        .put("sent_ms", 4.0)
        .put("predicted_begin_ms", 5.0)
        .put("predicted_end_ms", 8.0)
        .put("latest_begin_ms", 7.0)
        .put("in_front", new JsonArray().add(other))
        .put("received_ms", 4.1)
        .put("input_ms", new JsonArray().add(4.2).add(4.3))
        .put("exec_ms", new JsonArray().add(5.1).add(14.1))
        .put("output_ms", new JsonArray().add(14.1).add(14.2))
        .put("answered_ms", 14.3);
  }
}
