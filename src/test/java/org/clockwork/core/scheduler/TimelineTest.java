package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** What an executor has been given to do, against the list of it. */
class TimelineTest {
  private final Host host =
      new Host(new WorkerId("w"), new NodeId("n"), new InputLink(0), new Delays(0));
  private long actions;

  private Outstanding action(long beginNanos, long durationNanos) {
    return new Outstanding.Withdraw(
        new ActionId(1, actions++),
        host,
        new ModelId(1),
        new Prediction(0, beginNanos, durationNanos));
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
    long held = Long.MIN_VALUE;
    for (int step = 0; step < 60; step++) {
      now += chance.nextLong(20);
      if (sent.isEmpty() || chance.nextBoolean()) {
        long expected = Math.max(now, timeline.freeAtNanos(now)) + chance.nextLong(5);
        Outstanding action = action(expected, chance.nextLong(1, 30));
        if (sent.isEmpty()) {
          begin = expected;
        }
        sent.add(action);
        if (chance.nextBoolean()) {
          timeline.sent(action);
          held = Long.MIN_VALUE;
        } else {
          timeline.sentToWait(action);
          held = action.prediction().beginNanos() + action.prediction().durationNanos();
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

  /** The first one began then; whoever waits for something keeps the executor until it is done. */
  private static void compare(
      Timeline timeline, List<Outstanding> sent, long begin, long held, long now) {
    assertEquals(sent.size(), timeline.outstanding());
    if (sent.isEmpty()) {
      assertEquals(now, timeline.freeAtNanos(now));
      assertEquals(0, timeline.outstandingNanos(now));
      assertEquals(Long.MIN_VALUE, timeline.lagNanos(now));
      return;
    }
    long first = sent.getFirst().prediction().durationNanos();
    long free = Math.max(begin + first, now);
    for (Outstanding each : sent.subList(1, sent.size())) {
      free += each.prediction().durationNanos();
    }
    free = Math.max(free, held);
    assertEquals(free, timeline.freeAtNanos(now));
    assertEquals(free - now, timeline.outstandingNanos(now));
    assertEquals(now - (begin + first), timeline.lagNanos(now));
  }

  @Test
  void whatWasNotGivenToItCannotEndHere() {
    Timeline timeline = new Timeline();
    timeline.sent(action(0, 1));

    assertThrows(IllegalStateException.class, () -> timeline.ended(action(0, 1), 1));
  }
}
