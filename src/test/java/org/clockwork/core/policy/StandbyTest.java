package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.Action;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** Who keeps free for those in a hurry, and how free. */
class StandbyTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long SECOND = 1_000 * MILLIS;
  private static final long FREE = Long.MAX_VALUE;

  private final Standby standby = new Standby();
  private Backstage stage = new Backstage(1);

  /** Of a request in a hurry for a model that takes 2 ms: less both ways. */
  private static long slack(Backstage stage, long sloNanos) {
    return sloNanos - 2 * MILLIS - Backstage.LEG - stage.board().delays().marginNanos();
  }

  private long arrives(Model model, long sloNanos) {
    Pending request = stage.queues(model, 1, sloNanos);
    standby.arrived(request, stage.now());
    stage.refuses(request);
    return stage.now();
  }

  @Test
  void theTightestObjectiveOfTheLastSecondBinds() {
    Model model = stage.resident(stage.model("m"), 0).model();
    assertEquals(FREE, standby.tightestNanos(stage.now()));

    long since = arrives(model, 20 * MILLIS);
    arrives(model, 30 * MILLIS);
    assertEquals(20 * MILLIS, standby.tightestNanos(since + SECOND));
    assertEquals(FREE, standby.tightestNanos(since + SECOND + 1));

    stage.passes(900 * MILLIS);
    since = arrives(model, 20 * MILLIS);
    assertEquals(20 * MILLIS, standby.tightestNanos(since + SECOND));
    stage.passes(SECOND + 1);
    since = arrives(model, 70 * MILLIS);
    assertEquals(70 * MILLIS, standby.tightestNanos(since));
  }

  @Test
  void nothingBindsForAModelThatIsGone() {
    Model model = stage.resident(stage.model("m"), 0).model();
    arrives(model, 20 * MILLIS);

    standby.forget(stage.model("n"));
    assertEquals(20 * MILLIS, standby.tightestNanos(stage.now()));
    standby.forget(model);
    assertEquals(FREE, standby.tightestNanos(stage.now()));
  }

  @Test
  void theOnlyGpuTakesNothingFromWhoHasTimeThatIsLongerThanTheSlackOfWhoHasNot() {
    Replica hurried = stage.resident(stage.model("m"), 0);
    Replica leisurely = stage.resident(stage.model("n"), 0);
    arrives(hurried.model(), 20 * MILLIS);
    stage.queues(leisurely.model(), 1, 80 * MILLIS);

    assertEquals(slack(stage, 20 * MILLIS), standby.execNanosMax(leisurely, stage.now()));
  }

  @Test
  void whoHasLessThanFourTimesTheTightestIsNotHeldUp() {
    Replica hurried = stage.resident(stage.model("m"), 0);
    Replica other = stage.resident(stage.model("n"), 0);
    arrives(hurried.model(), 20 * MILLIS);
    stage.queues(other.model(), 1, 80 * MILLIS - 1);

    assertEquals(FREE, standby.execNanosMax(other, stage.now()));
  }

  @Test
  void aGpuWithoutTheHurriedModelKeepsFreeForNobody() {
    stage = new Backstage(2);
    Replica hurried = stage.resident(stage.model("m"), 0);
    Replica elsewhere = stage.resident(stage.model("n"), 1);
    arrives(hurried.model(), 20 * MILLIS);
    stage.queues(elsewhere.model(), 1, 900 * MILLIS);

    assertEquals(FREE, standby.execNanosMax(elsewhere, stage.now()));
  }

  @Test
  void nothingIsKeptFreeForAnObjectiveThatIsForgotten() {
    Replica hurried = stage.resident(stage.model("m"), 0);
    Replica leisurely = stage.resident(stage.model("n"), 0);
    long since = arrives(hurried.model(), 20 * MILLIS);
    stage.passes(SECOND + 1);
    stage.queues(leisurely.model(), 1, 900 * MILLIS);

    assertEquals(slack(stage, 20 * MILLIS), standby.execNanosMax(leisurely, since + SECOND));
    assertEquals(FREE, standby.execNanosMax(leisurely, since + SECOND + 1));
  }

  @Test
  void enoughOthersHaveToBeAboutToBeFree() {
    Seeds.each(100, seed -> new StandbyTest().countThoseAboutToBeFree(Seeds.random(seed)));
  }

  private void countThoseAboutToBeFree(RandomGenerator chance) {
    int gpus = chance.nextInt(1, 20);
    stage = new Backstage(gpus);
    List<Replica> hurried = new ArrayList<>();
    List<Replica> others = new ArrayList<>();
    for (int gpu = 0; gpu < gpus; gpu++) {
      others.add(stage.resident(stage.model("n"), gpu));
      hurried.add(
          chance.nextInt(8) == 0 && gpu > 0
              ? stage.loading(stage.model("m"), gpu)
              : stage.resident(stage.model("m"), gpu));
    }
    int arrivals = chance.nextInt(1, 1 << chance.nextInt(1, 10));
    long widest = chance.nextBoolean() ? 41 : 400; // Nearly all in a hurry, or nearly nobody.
    double work = 0;
    for (int i = 0; i < arrivals; i++) {
      long slo =
          i == 0
              ? 20 * MILLIS
              : MILLIS * (chance.nextInt(3) == 0 ? 40 : chance.nextLong(20, widest));
      arrives(stage.model("m"), slo);
      work += slo <= 40 * MILLIS ? 2e6 : 0;
    }
    for (Replica each : others) {
      for (int batches = chance.nextInt(3); batches > 0; batches--) {
        Action.Infer infer = stage.keepsBusy(each, 1 << chance.nextInt(5));
        assertEquals(1, infer.parts().size());
      }
    }
    stage.queues(stage.model("n"), 1, 900 * MILLIS);
    double busy = work / 1e9;
    int looked = Math.min(16, gpus);
    long wanted = (long) Math.ceil(1 + busy + 2 * Math.sqrt(busy));
    long needed = Math.max(2, Math.min(looked, wanted));
    for (Replica each : others) {
      long free = 1;
      for (Replica other : hurried.subList(0, looked)) {
        long freeAt = other.gpu().exec().freeAtNanos(stage.now());
        boolean soon = freeAt - stage.now() <= slack(stage, 20 * MILLIS);
        free += other.gpu() != each.gpu() && other.resident() && soon ? 1 : 0;
      }
      assertEquals(
          free >= needed ? FREE : slack(stage, 20 * MILLIS),
          standby.execNanosMax(each, stage.now()));
    }
    assertEquals(Optional.of(20 * MILLIS), Optional.of(standby.tightestNanos(stage.now())));
  }

  @Test
  void aGpuThatIsFreeWhenTheSlackEndsIsAboutToBeFree() {
    stage = new Backstage(2);
    Replica one = stage.resident(stage.model("m"), 0);
    Replica leisurely = stage.resident(stage.model("n"), 0);
    Replica other = stage.resident(stage.model("m"), 1);
    stage.keepsBusy(other, 16);
    long busyNanos = other.gpu().exec().outstandingNanos(stage.now());
    long margins = 20 * MILLIS - slack(stage, 20 * MILLIS);
    arrives(one.model(), busyNanos + margins);
    stage.queues(leisurely.model(), 1, 900 * MILLIS);

    assertEquals(FREE, standby.execNanosMax(leisurely, stage.now()));

    arrives(one.model(), busyNanos + margins - 1);
    assertEquals(busyNanos - 1, standby.execNanosMax(leisurely, stage.now()));
  }
}
