package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.Scene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.GatewayEvent;
import org.clockwork.core.gateway.GatewayStatistics;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.RequestId;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** Whatever order events come in, also senseless ones, the gateway keeps its word. */
class GatewayPropertyTest {
  private static final GatewayConfig TIGHT =
      new GatewayConfig(100 * MILLIS, 3_600_000 * MILLIS, 8192, 20, 100_000);

  /** Of 1 to 9 rows for each model; 9 is one too many. */
  private static final Map<ModelStatus.Ready, List<Payload>> PAYLOADS =
      Stream.of(Scene.SMALL, Scene.TEXT, Scene.IMAGE)
          .collect(
              Collectors.toMap(
                  model -> model,
                  model ->
                      IntStream.rangeClosed(1, 9)
                          .mapToObj(rows -> Scene.rows(model, rows))
                          .toList()));

  @Test
  void everyRequestIsAnsweredExactlyOnceByItsDeadline() {
    Seeds.each(3_000, seed -> new Run(new SplittableRandom(seed)).play());
  }

  /** A life of one gateway: random events, its own timer kept, then an end. */
  private static final class Run {
    private final RandomGenerator random;
    private final Scene scene = new Scene(TIGHT);
    private final List<RequestId> submitted = new ArrayList<>();
    private final Map<RequestId, Long> deadlines = new HashMap<>();
    private final Set<RequestId> answered = new HashSet<>();
    private int answersSeen;

    Run(RandomGenerator random) {
      this.random = random;
    }

    void play() {
      for (int step = 0; step < 150; step++) {
        advance(random.nextLong(4 * MILLIS));
        anything();
        check();
      }
      if (random.nextBoolean()) {
        scene.tell(new GatewayEvent.Closing());
      } else {
        advance(200 * MILLIS);
      }
      check();
      assertEquals(Set.copyOf(submitted), answered);
      assertEquals(0, scene.statistics().outstanding());
      assertEquals(0, scene.statistics().heldBytes());
    }

    /** Time passes, and the timer goes off whenever it was asked to. */
    private void advance(long nanos) {
      long untilNanos = scene.nowNanos + nanos;
      while (scene.wakeAtNanos.isPresent() && scene.wakeAtNanos.get() <= untilNanos) {
        scene.nowNanos = Math.max(scene.nowNanos, scene.wakeAtNanos.get());
        scene.wakeAtNanos = Optional.empty();
        scene.tell(new GatewayEvent.WakeUp());
        check();
      }
      scene.nowNanos = untilNanos;
    }

    private void anything() {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3 -> submit();
        case 4, 5 -> scene.dispatch(any());
        case 6 -> scene.outputs(any());
        case 7 -> scene.tell(new GatewayEvent.Decided(new Verdict.TimedOut(any())));
        case 8 ->
            scene.tell(
                new GatewayEvent.Decided(
                    new Verdict.Refused(any(), RefusalCause.QUEUE, "full", 0)));
        case 9 ->
            scene.tell(
                new GatewayEvent.Decided(
                    new Verdict.Failed(any(), ErrorCode.RUNTIME_ERROR, "broke")));
        case 10 -> scene.tell(new GatewayEvent.Cancelled(any()));
        default -> scene.tell(new GatewayEvent.WakeUp());
      }
    }

    private void submit() {
      ModelStatus.Ready model =
          List.of(Scene.SMALL, Scene.TEXT, Scene.IMAGE).get(random.nextInt(3));
      Payload payload = PAYLOADS.get(model).get(random.nextInt(9));
      Objective objective = Objective.ofNanos(random.nextLong(-MILLIS, 60 * MILLIS));
      int asked = scene.asked.size();
      RequestId request = scene.submit(Submission.of(model.name(), payload, objective));
      submitted.add(request);
      deadlines.put(
          request,
          scene.asked.size() > asked ? scene.asked.getLast().deadlineNanos() : scene.nowNanos);
    }

    /** Of all that ever were, and now and then one that never was. */
    private RequestId any() {
      return submitted.isEmpty() || random.nextInt(20) == 0
          ? new RequestId(new GatewayId("g"), 1_000_000)
          : submitted.get(random.nextInt(submitted.size()));
    }

    private void check() {
      for (Answer answer : scene.answers.subList(answersSeen, scene.answers.size())) {
        assertTrue(answered.add(answer.request()), () -> "answered twice: " + answer);
        assertTrue(
            scene.nowNanos <= deadlines.getOrDefault(answer.request(), scene.nowNanos),
            () -> "answered after its deadline: " + answer);
      }
      answersSeen = scene.answers.size();
      GatewayStatistics counted = scene.statistics();
      assertEquals(
          counted.offered(),
          counted.succeeded()
              + counted.refusedTotal()
              + counted.timedOut()
              + counted.failed()
              + counted.cancelled()
              + counted.outstanding());
      assertEquals(counted.succeeded(), counted.met());
      assertTrue(counted.outstanding() <= TIGHT.maxOutstanding(), counted::toString);
      assertTrue(counted.heldBytes() <= TIGHT.maxHeldBytes(), counted::toString);
    }
  }
}
