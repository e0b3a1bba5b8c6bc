package org.clockwork.test.scheduler;

import static org.clockwork.test.scheduler.SchedulerScene.LEG;
import static org.clockwork.test.scheduler.SchedulerScene.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A worker that is later than the usual window allows is given the time that it needs, and nothing
 * is sent to it in vain again and again. A LOAD takes 10 ms, EXEC of one 2 ms.
 */
class LatenessTest {
  private static final long LATE = 60 * MILLIS;
  private static final long USUAL = SchedulerConfig.DEFAULT.latestDeltaNanos();

  private final SchedulerScene scene = new SchedulerScene("default", SchedulerConfig.DEFAULT);
  private ModelId model;

  @BeforeEach
  void oneGpu() {
    scene.joins("w", 100);
    model = scene.serves("m");
  }

  /** So long after it is expected to begin, which is a leg from now, it may still do so. */
  private long patience(Action.OnGpu action) {
    return action.window().latestNanos() - scene.nowNanos - LEG;
  }

  /** It got there only now, and too late; its outcome was a leg on its way. */
  private void comesTooLate(Action action, ErrorCode code) {
    scene.passes(LATE + 2 * LEG);
    scene.isRefused(action, code);
  }

  private void isLoaded() {
    scene.submits(model, 1, 1_000);
    scene.succeeds(scene.loads().getFirst());
    scene.succeeds(scene.infers().getFirst());
  }

  /** The next batch of one. */
  private Action.Infer infer(long sloMillis) {
    scene.submits(model, 1, sloMillis);
    return scene.infers().getLast();
  }

  @Test
  void aLoadThatCameTooLateMayBeTwiceAsLateTheNextTime() {
    scene.submits(model, 1, 1_000);
    assertEquals(USUAL, patience(scene.loads().getFirst()));

    comesTooLate(scene.loads().getFirst(), ErrorCode.LOAD_TOO_LATE);

    assertEquals(2 * LATE, patience(scene.loads().getFirst()));
  }

  @Test
  void soMayABatch() {
    isLoaded();
    Action.Infer infer = infer(1_000);
    assertEquals(USUAL, patience(infer));

    comesTooLate(infer, ErrorCode.EXEC_TOO_LATE);

    assertEquals(2 * LATE, patience(scene.infers().getLast()));
  }

  @Test
  void noBatchBeginsSoLateThatItsAnswerWouldBe() {
    isLoaded();
    comesTooLate(infer(1_000), ErrorCode.EXEC_TOO_LATE);
    scene.succeeds(scene.infers().getFirst());

    long left = patience(infer(100));

    assertEquals(98 * MILLIS - 2 * LEG, left);
  }

  @Test
  void whatRanAlthoughItWasLateTellsAsWell() {
    isLoaded();
    Action.Infer infer = infer(1_000);

    scene.passes(LATE + 2 * MILLIS + 2 * LEG);
    scene.succeeds(infer);

    assertEquals(2 * LATE, patience(infer(1_000)));
  }

  @Test
  void tenThatAreInTimeMakeItTheUsualAgain() {
    isLoaded();
    comesTooLate(infer(1_000), ErrorCode.EXEC_TOO_LATE);
    for (int i = 0; i < 9; i++) {
      inTime(scene.infers().getFirst());
      infer(1_000);
    }
    assertEquals(2 * LATE, patience(scene.infers().getFirst()));

    inTime(scene.infers().getFirst());

    assertEquals(USUAL, patience(infer(1_000)));
  }

  private void inTime(Action.Infer infer) {
    scene.passes(2 * MILLIS + 2 * LEG);
    scene.succeeds(infer);
  }

  @Test
  void whatStoodStillForMinutesIsNotWaitedForAsLong() {
    scene.submits(model, 1, 10_000);
    Action.Load load = scene.loads().getFirst();

    scene.passes(5_000 * MILLIS);
    scene.isRefused(load, ErrorCode.LOAD_TOO_LATE);

    assertEquals(2_000 * MILLIS, patience(scene.loads().getFirst()));
  }

  @Test
  void whatIsRefusedForAnythingElseTellsNothing() {
    isLoaded();

    comesTooLate(infer(1_000), ErrorCode.IO_POOL_EXHAUSTED);

    assertEquals(USUAL, patience(scene.infers().getLast()));
  }
}
