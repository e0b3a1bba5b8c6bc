package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** What an executor has been given to do, against the list of it. */
class TimelineTest {
  private final Replica replica;
  private long actions;

  TimelineTest() {
    Backstage stage = new Backstage(1);
    replica = stage.resident(stage.model("m"), 0);
  }

  private Outstanding action(long beginNanos, long durationNanos, long typicalNanos) {
    return new Outstanding.Infer(
        new ActionId(1, actions++),
        replica,
        1,
        List.of(),
        Optional.empty(),
        new Prediction(0, beginNanos, durationNanos),
        typicalNanos);
  }

  @Test
  void itIsFreeWhenAllThatWasSentHasRunInTurn() {
    Seeds.each(500, seed -> compareWithTheList(Seeds.random(seed)));
  }

  private void compareWithTheList(RandomGenerator chance) {
    Timeline timeline = new Timeline();
    List<Outstanding> sent = new ArrayList<>();
    long now = 0;
    long begin = 0;
    Optional<Outstanding> held = Optional.empty();
    for (int step = 0; step < 60; step++) {
      now += chance.nextLong(20);
      if (sent.isEmpty() || chance.nextBoolean()) {
        long expected = Math.max(now, timeline.freeAtNanos(now)) + chance.nextLong(5);
        long duration = chance.nextLong(1, 30);
        Outstanding action = action(expected, duration, chance.nextLong(1, duration + 1));
        if (sent.isEmpty()) {
          begin = expected;
        }
        sent.add(action);
        if (chance.nextBoolean()) {
          timeline.sent(action);
          held = Optional.empty();
        } else {
          timeline.sentToWait(action);
          held = Optional.of(action);
        }
      } else {
        int which = chance.nextInt(4) == 0 ? chance.nextInt(sent.size()) : 0;
        long ended = now - chance.nextLong(10);
        timeline.ended(sent.remove(which), ended);
        begin = which == 0 ? Math.max(begin, ended) : begin;
      }
      compare(timeline, sent, begin, held, now);
    }
  }

  private static void compare(
      Timeline timeline, List<Outstanding> sent, long begin, Optional<Outstanding> held, long now) {
    assertEquals(sent.size(), timeline.outstanding());
    if (sent.isEmpty()) {
      assertEquals(now, timeline.freeAtNanos(now));
      assertEquals(now, timeline.usuallyFreeAtNanos(now));
      assertEquals(0, timeline.outstandingNanos(now));
      assertEquals(Long.MIN_VALUE, timeline.lagNanos(now));
      return;
    }
    ToLongFunction<Outstanding> predicted = each -> each.prediction().durationNanos();
    long free = freeAt(sent, begin, held, now, predicted);
    assertEquals(free, timeline.freeAtNanos(now));
    assertEquals(free - now, timeline.outstandingNanos(now));
    assertEquals(
        freeAt(sent, begin, held, now, Outstanding::typicalNanos),
        timeline.usuallyFreeAtNanos(now));
    assertEquals(now - (begin + predicted.applyAsLong(sent.getFirst())), timeline.lagNanos(now));
  }

  /** The first one began then; whoever waits for something keeps the executor until it is done. */
  private static long freeAt(
      List<Outstanding> sent,
      long begin,
      Optional<Outstanding> held,
      long now,
      ToLongFunction<Outstanding> duration) {
    long free = Math.max(begin + duration.applyAsLong(sent.getFirst()), now);
    for (Outstanding each : sent.subList(1, sent.size())) {
      free += duration.applyAsLong(each);
    }
    return Math.max(
        free,
        held.map(each -> each.prediction().beginNanos() + duration.applyAsLong(each))
            .orElse(Long.MIN_VALUE));
  }

  @Test
  void whatWasNotGivenToItCannotEndHere() {
    Timeline timeline = new Timeline();
    timeline.sent(action(0, 1, 1));

    assertThrows(IllegalStateException.class, () -> timeline.ended(action(0, 1, 1), 1));
  }
}
