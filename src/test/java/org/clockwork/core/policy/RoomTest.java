package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** When a GPU is to be given its next batch, and how much time is left around it. */
class RoomTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long END_OF_TIME = Long.MAX_VALUE;

  private static final long AHEAD = Backstage.AHEAD;

  private final Backstage stage = new Backstage(1);
  private final Room room = new Room(stage.board(), Leeway.measured(stage.board()));
  private final Replica replica = stage.resident(stage.model("m"), 0);
  private final Gpu gpu = stage.gpu(0);

  private void isCandidate(long inputBytes) {
    Pending request = stage.queues(replica.model(), 1, 900 * MILLIS, inputBytes);
    gpu.candidates().put(replica.candidate(), request.deadlineNanos());
  }

  @Test
  void anIdleGpuHasRoom() {
    isCandidate(0);

    assertTrue(room.isThere(gpu, stage.now()));
    assertEquals(stage.now() - AHEAD + 1, room.atNanos(gpu, stage.now()));
  }

  @Test
  void aBusyOneHasItOnceItsWorkEndsSoonerThanTheNextCouldCome() {
    stage.keepsBusy(replica, 16);
    isCandidate(0);
    long at = stage.now() + Backstage.LEG + 17 * MILLIS - AHEAD + 1;

    assertEquals(at, room.atNanos(gpu, stage.now()));
    assertEquals(at, room.wakeAtNanos(gpu, stage.now()));
    assertFalse(room.isThere(gpu, at - 1));
    assertTrue(room.isThere(gpu, at));
  }

  @Test
  void itHasItWhenItsWorkUsuallyEndsAlthoughThatMayTakeLonger() {
    stage.succeedsIn(stage.keepsBusy(replica, 16), 90 * MILLIS);
    stage.keepsBusy(replica, 16);
    isCandidate(0);

    assertEquals(stage.now() + Backstage.LEG + 90 * MILLIS, gpu.exec().freeAtNanos(stage.now()));
    assertEquals(
        stage.now() + Backstage.LEG + 17 * MILLIS - AHEAD + 1, room.atNanos(gpu, stage.now()));
  }

  @Test
  void aWorkerThatIsFarBehindGetsNothingNewHoweverLittleItHas() {
    stage.keepsBusy(replica, 1);
    isCandidate(0);
    long due = stage.now() + gpu.exec().outstandingNanos(stage.now());
    long most = SchedulerConfig.DEFAULT.maxLagNanos();

    assertTrue(room.isThere(gpu, due + most));
    assertFalse(room.isThere(gpu, due + most + 1));
  }

  @Test
  void nobodyWakesForWhatIsLateOrForNobody() {
    assertEquals(END_OF_TIME, room.wakeAtNanos(gpu, stage.now()));
    stage.keepsBusy(replica, 1);
    isCandidate(0);
    long due = stage.now() + gpu.exec().outstandingNanos(stage.now());

    assertEquals(due - AHEAD + 1, room.wakeAtNanos(gpu, due));
    assertEquals(END_OF_TIME, room.wakeAtNanos(gpu, due + 1));
  }

  @Test
  void nobodyWakesForAGpuThatIsGone() {
    isCandidate(0);

    stage.retires();

    assertEquals(END_OF_TIME, room.wakeAtNanos(gpu, stage.now()));
  }

  @Test
  void whereInputsHaveToComeItIsGivenItsBatchSoMuchEarlier() {
    stage.keepsBusy(replica, 16);
    isCandidate(2_000_000); // A millisecond at half a nanosecond each.
    isCandidate(2_000_000);

    assertEquals(
        stage.now() + Backstage.LEG + 17 * MILLIS - AHEAD - 2 * MILLIS + 1,
        room.atNanos(gpu, stage.now()));
  }

  @Test
  void noInputsAreWaitedForLongerThanFiftyMilliseconds() {
    stage.keepsBusy(replica, 16);
    isCandidate(1_000_000_000);

    // The way has room now, later than the executor, less the longest wait.
    assertEquals(stage.now(), room.atNanos(gpu, stage.now()));
    long later = stage.now() - 100 * MILLIS;
    assertEquals(
        Math.max(later, stage.now() + Backstage.LEG + 17 * MILLIS - AHEAD - 50 * MILLIS + 1),
        room.atNanos(gpu, later));
  }

  @Test
  void noMoreInputsAreWaitedForThanTheLargestBatchTakes() {
    stage.keepsBusy(replica, 16);
    for (int i = 0; i < 20; i++) {
      isCandidate(200_000);
    }

    assertEquals(
        stage.now() + Backstage.LEG + 17 * MILLIS - AHEAD - 16 * MILLIS / 10 + 1,
        room.atNanos(gpu, stage.now()));
  }

  @Test
  void aCandidateWithoutRequestsHasNoInputs() {
    stage.keepsBusy(replica, 16);
    gpu.candidates().put(replica.candidate(), 0);

    assertEquals(
        stage.now() + Backstage.LEG + 17 * MILLIS - AHEAD + 1, room.atNanos(gpu, stage.now()));
  }

  @Test
  void theLeewayIsWhatWaysAndAlarmsWereMeasuredToTakeUpToTheMostThatIsSet() {
    Leeway leeway = Leeway.measured(stage.board());
    assertEquals(AHEAD, leeway.aheadNanos(gpu));
    assertEquals(
        gpu.host().delays().hopefulMarginNanos(stage.now()), leeway.marginNanos(gpu, stage.now()));
    assertTrue(leeway.marginNanos(gpu, stage.now()) > 0);

    stage.alarmsAreLateBy(MILLIS);
    long lateness = stage.board().timers().latenessNanos();
    assertTrue(lateness >= MILLIS, "they are " + lateness + " late");
    assertEquals(AHEAD + lateness, leeway.aheadNanos(gpu));

    stage.alarmsAreLateBy(900 * MILLIS);
    assertEquals(SchedulerConfig.DEFAULT.scheduleAheadNanos(), leeway.aheadNanos(gpu));
  }

  @Test
  void deadlinesThatHaveTheirBufferAlreadyGetNoOtherMargin() {
    Leeway fixed = Leeway.fixed(7);
    Leeway measured = Leeway.measuredAhead(stage.board());

    assertEquals(7, fixed.aheadNanos(gpu));
    assertEquals(0, fixed.marginNanos(gpu, stage.now()));
    assertEquals(AHEAD, measured.aheadNanos(gpu));
    assertEquals(0, measured.marginNanos(gpu, stage.now()));
  }
}
