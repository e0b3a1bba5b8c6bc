package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.core.scheduler.Delays;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** How much a model that can't be loaded now is wanted, against its requests counted anew. */
class LoadingDemandTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long LOAD = 10 * MILLIS;
  private static final long EXEC = 2 * MILLIS;

  /** No LOAD executor ever has room. */
  private static final SchedulerConfig NOTHING_IS_LOADED =
      new SchedulerConfig(
          100 * MILLIS,
          5 * MILLIS,
          10 * MILLIS,
          10 * MILLIS,
          0,
          10 * MILLIS,
          250 * MILLIS,
          16,
          Backstage.LEG,
          10_000,
          10_000);

  private record Passed(long nanos, long execNanos) {}

  private final Backstage stage = new Backstage(1, NOTHING_IS_LOADED);
  private final Loading loading = loading(stage);
  private final List<Pending> waiting = new ArrayList<>();
  private final List<Passed> passed = new ArrayList<>();
  private long horizon;

  @Test
  void itIsWantedForWhatCanWaitForALoadAndForWhatPassesInAHorizon() {
    Seeds.each(300, seed -> new LoadingDemandTest().compareWithTheRequests(Seeds.random(seed)));
  }

  private void compareWithTheRequests(RandomGenerator chance) {
    Model model = stage.model("m");
    stage.tellsOfUnqueued(loading::unqueued);
    for (int step = 0; step < 60; step++) {
      switch (chance.nextInt(6)) {
        case 0 -> stage.passes(chance.nextLong(chance.nextBoolean() ? 12 * MILLIS : 400 * MILLIS));
        case 1 -> leaves(chance);
        case 2 -> misses(model, chance);
        default -> arrives(model, chance);
      }
      if (chance.nextInt(4) == 0) {
        loading.unqueued(model, List.of(), stage.now()); // Looks at what has become too late.
      }
      if (horizon > 0) {
        loading.unqueued(model, List.of(), stage.now());
        compare(model);
      }
    }
  }

  private void arrives(Model model, RandomGenerator chance) {
    long slo = chance.nextLong(16, chance.nextBoolean() ? 40 : 300) * MILLIS + chance.nextLong(3);
    Pending request = stage.queues(model, chance.nextInt(3, 5), slo);
    horizon = Math.min(slo, 100 * MILLIS);
    if (slow(slo)) {
      passed.add(new Passed(stage.now(), EXEC * request.rows()));
    } else {
      waiting.add(request);
    }
    loading.queued(request, stage.now());
  }

  private void misses(Model model, RandomGenerator chance) {
    Pending request = stage.queues(model, chance.nextInt(1, 4), chance.nextLong(20, 200) * MILLIS);
    stage.refuses(request);
    horizon = Math.min(request.request().sloNanos(), 100 * MILLIS);
    passed.add(new Passed(stage.now(), EXEC * request.rows()));
    loading.missed(request.request(), model, stage.now());
  }

  private void leaves(RandomGenerator chance) {
    waiting.removeIf(each -> !each.queued());
    if (!waiting.isEmpty()) {
      Pending request = waiting.remove(chance.nextInt(waiting.size()));
      stage.refuses(request);
      assertEquals(0, request.demandNanos());
    }
  }

  private static boolean slow(long slo) {
    return 2 * (LOAD + EXEC) > slo;
  }

  /** To a LOAD and back, to an EXEC and back, and what both may vary by. */
  private static long ways(Backstage stage) {
    Delays delays = stage.board().delays();
    return 2 * delays.outwardNanos() + delays.homewardNanos() + delays.marginNanos();
  }

  /** A LOAD and its EXEC would end in time. */
  private boolean canWait(Pending request) {
    long exec = 5; // Of a batch of four, and all have three rows or four.
    return stage.now() + LOAD + exec * MILLIS + ways(stage) <= request.deadlineNanos();
  }

  private void compare(Model model) {
    long queued = 0;
    for (Pending each : waiting) {
      queued += canWait(each) && each.queued() ? EXEC * each.rows() : 0;
    }
    long lastSecond =
        passed.stream()
            .filter(
                each ->
                    Math.floorDiv(each.nanos(), 100 * MILLIS)
                        >= Math.floorDiv(stage.now(), 100 * MILLIS) - 9)
            .mapToLong(Passed::execNanos)
            .sum();
    long wanted = queued + (long) (lastSecond / (1e9 / horizon));
    assertEquals(wanted > 0 || lastSecond > 0, model.weights().wanting().queued());
    if (wanted > 0) {
      assertEquals(-wanted, model.weights().wanting().key());
    }
  }

  @Test
  void whoIsTooLateInFrontStopsCountingOneByOne() {
    Model model = stage.model("m");
    Pending early = stage.queues(model, 1, 40 * MILLIS);
    loading.queued(early, stage.now());
    Pending late = stage.queues(model, 1, 60 * MILLIS);
    loading.queued(late, stage.now());
    assertEquals(-2 * EXEC, model.weights().wanting().key());

    stage.passes(28 * MILLIS - ways(stage));
    loading.unqueued(model, List.of(), stage.now());
    assertEquals(-2 * EXEC, model.weights().wanting().key(), "to the nanosecond there is time");
    stage.passes(1);
    loading.unqueued(model, List.of(), stage.now());
    assertEquals(-EXEC, model.weights().wanting().key());
    assertEquals(0, early.demandNanos());

    stage.passes(20 * MILLIS);
    loading.unqueued(model, List.of(), stage.now());
    assertFalse(model.weights().wanting().queued());
  }

  // What is served already

  private static void queue(Backstage stage, Loading loading, Model model, int count) {
    for (int i = 0; i < count; i++) {
      loading.queued(stage.queues(model, 1, 100 * MILLIS), stage.now());
    }
  }

  @Test
  void whatTheGpusThatHoldItServeWithinTheHorizonIsNotWantedOnAnother() {
    Backstage two = new Backstage(2, NOTHING_IS_LOADED);
    Loading on = loading(two);
    Model model = two.model("m");
    Replica first = two.resident(model, 0);
    on.placed(first, two.now());
    queue(two, on, model, 50);
    assertFalse(model.weights().wanting().queued(), "one serves 100 ms");

    queue(two, on, model, 40);
    assertEquals(-80 * MILLIS, model.weights().wanting().key());

    on.evicted(first, two.now());
    assertEquals(-180 * MILLIS, model.weights().wanting().key());

    on.placed(first, two.now());
    assertEquals(-80 * MILLIS, model.weights().wanting().key());
    on.placed(two.resident(model, 1), two.now());
    assertFalse(model.weights().wanting().queued(), "it is wherever it could be");
  }

  @Test
  void aModelThatIsForgottenIsWantedNoMoreAndIsNoLoadToOthers() {
    Backstage two = new Backstage(2, NOTHING_IS_LOADED);
    Loading on = loading(two);
    Model forgotten = two.model("m");
    Model other = two.model("n");
    on.placed(two.resident(forgotten, 0), two.now());
    on.placed(two.resident(other, 0), two.now());
    queue(two, on, forgotten, 90);
    queue(two, on, other, 50);
    // It has 100 ms of 280 there.
    assertEquals(-100 * MILLIS + 100 * MILLIS * 100 / 280, other.weights().wanting().key());
    assertTrue(forgotten.weights().wanting().queued());

    on.forget(forgotten);
    on.unqueued(other, List.of(), two.now());

    assertFalse(forgotten.weights().wanting().queued());
    assertFalse(other.weights().wanting().queued(), "it has the GPU to itself");
  }

  @Test
  void beyondEightReplicasWhatIsServedMayBeAMillisecondOld() {
    for (int replicas = 8; replicas <= 9; replicas++) {
      Backstage many = new Backstage(10, NOTHING_IS_LOADED);
      Loading on = loading(many);
      Model model = many.model("m");
      for (int gpu = 0; gpu < replicas; gpu++) {
        on.placed(many.resident(model, gpu), many.now());
      }
      many.passes(MILLIS - 1);
      queue(many, on, model, 1);
      assertEquals(replicas > 8, model.weights().wanting().queued(), replicas + " replicas");

      many.passes(1);
      on.unqueued(model, List.of(), many.now());
      assertFalse(model.weights().wanting().queued(), "it is spread anew");
    }
  }

  private static Loading loading(Backstage stage) {
    long horizon = stage.board().config().loadHorizonNanos();
    return new Loading(stage.board(), Leeway.fixed(horizon));
  }
}
