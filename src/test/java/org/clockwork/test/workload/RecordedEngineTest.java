package org.clockwork.test.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.RecordedEngine;
import org.clockwork.core.workload.RecordedLoad;
import org.clockwork.core.workload.RecordedLoad.Arrival;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class RecordedEngineTest {
  private static final long START = 1_000;

  private final List<Offer> sent = new ArrayList<>();
  private final List<String> happened = new ArrayList<>();
  private final List<Long> sentNanos = new ArrayList<>();
  private long nowNanos = START;
  private long wakeNanos = Course.NEVER;

  private final LoadCommands commands =
      new LoadCommands() {
        @Override
        public void submit(Offer offer) {
          sent.add(offer);
          sentNanos.add(nowNanos);
          happened.add("sent " + offer.model());
        }

        @Override
        public void giveUp(Offer offer) {
          happened.add("gave up " + offer.model());
        }

        @Override
        public void wakeAt(long nanos) {
          wakeNanos = nanos;
        }

        @Override
        public void done() {
          happened.add("done");
        }
      };

  @Test
  void eachRequestGoesOutWhenItCame() {
    Seeds.each(
        500,
        seed -> {
          var random = Seeds.random(seed);
          List<Arrival> arrivals = new ArrayList<>();
          for (int left = random.nextInt(1, 40); left > 0; left--) {
            arrivals.add(arrival("m" + left, random.nextLong(50), Course.NEVER));
          }
          sent.clear();
          sentNanos.clear();
          RecordedLoad load = new RecordedLoad(arrivals);
          play(new RecordedEngine(load));
          assertEquals(
              load.arrivals().stream().map(it -> START + it.elapsedNanos()).toList(), sentNanos);
          assertEquals(sentNanos, sent.stream().map(Offer::intendedNanos).toList());
          assertEquals(
              load.arrivals().stream().map(Arrival::model).toList(),
              sent.stream().map(Offer::model).toList());
          for (int i = 0; i < sent.size(); i++) {
            assertEquals(i, sent.get(i).number());
          }
        });
  }

  @Test
  void aRequestIsGivenUpWhenItsClientGaveItUp() {
    play(
        new RecordedEngine(
            new RecordedLoad(
                List.of(
                    arrival("c", 30, Course.NEVER), arrival("a", 10, 20), arrival("b", 15, 15)))));
    assertEquals(List.of("sent a", "sent b", "gave up b", "gave up a", "sent c"), happened);
  }

  @Test
  void itIsDoneWhenAllIsAnswered() {
    RecordedEngine engine =
        new RecordedEngine(new RecordedLoad(List.of(arrival("a", 10, Course.NEVER))));
    play(engine);
    assertEquals(List.of("sent a"), happened);
    engine.on(new LoadEvent.Answered(sent.getFirst(), new Ending.TimedOut()), START + 60, commands);
    engine.on(new LoadEvent.WakeUp(), START + 70, commands);
    assertEquals(List.of("sent a", "done"), happened);
  }

  @Test
  void whatIsStoppedSendsNothingMore() {
    RecordedEngine engine =
        new RecordedEngine(new RecordedLoad(List.of(arrival("a", 10, Course.NEVER))));
    engine.on(new LoadEvent.ModelsReady(), START, commands);
    engine.on(new LoadEvent.Stop(), START + 5, commands);
    engine.on(new LoadEvent.WakeUp(), START + 10, commands);
    assertEquals(List.of("done"), happened);
  }

  @Test
  void noRequestIsGivenUpBeforeItCame() {
    assertThrows(IllegalArgumentException.class, () -> arrival("a", 10, 9));
  }

  /** Wakes it exactly when it asks for that. */
  private void play(RecordedEngine engine) {
    nowNanos = START;
    engine.on(new LoadEvent.ModelsReady(), nowNanos, commands);
    while (wakeNanos != Course.NEVER) {
      nowNanos = wakeNanos;
      wakeNanos = Course.NEVER;
      engine.on(new LoadEvent.WakeUp(), nowNanos, commands);
    }
  }

  private static Arrival arrival(String model, long elapsedNanos, long givenUpNanos) {
    return new Arrival(elapsedNanos, model, 1, Objective.NONE, "default", 0, givenUpNanos);
  }
}
