package org.clockwork.test.cuda;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.clockwork.gpunative.cuda.QuietMoments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QuietMomentsTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);

  private final QuietMoments quiet = new QuietMoments();

  @Test
  void whereNoBatchRunsNobodyWaits() {
    quiet.await(FOR_EVER);
    batch();
    quiet.await(FOR_EVER);
    assertFalse(Thread.currentThread().isInterrupted());
  }

  @Test
  void besideABatchOneWaitsForTheNextLaunch() throws InterruptedException {
    quiet.launching();
    quiet.launched();
    Thread loader = waiting(FOR_EVER);
    quiet.ended();
    assertTrue(loader.isAlive(), "the end of a batch is no launch");
    quiet.launching();
    assertTrue(loader.isAlive(), "a launch that has only begun is what it must not meet");
    quiet.launched();
    loader.join();
  }

  @Test
  void whereNoLaunchComesTheTimeEnds() {
    quiet.launching();
    quiet.launched();
    quiet.await(1);
    quiet.ended();
    quiet.await(FOR_EVER);
  }

  @Test
  void whoIsInterruptedGoesOnAndStaysInterrupted() throws InterruptedException {
    quiet.launching();
    Thread loader = waiting(FOR_EVER);
    loader.interrupt();
    loader.join();
  }

  private void batch() {
    quiet.launching();
    quiet.launched();
    quiet.ended();
  }

  /** A thread that has begun to wait. */
  private Thread waiting(long nanos) {
    Thread loader = Thread.ofPlatform().start(() -> quiet.await(nanos));
    while (loader.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return loader;
  }
}
