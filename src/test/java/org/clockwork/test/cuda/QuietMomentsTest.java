package org.clockwork.test.cuda;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
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
    returnsAtOnce();
    quiet.launching();
    quiet.launched();
    quiet.ended();
    returnsAtOnce();
  }

  @Test
  void besideABatchOneWaitsForALaunchThatIsThrough() throws InterruptedException {
    quiet.launching();
    quiet.launched();
    Thread loader = Thread.ofPlatform().start(() -> quiet.await(FOR_EVER));
    assertTrue(loader.isAlive(), "no launch has come since");
    // Whenever it has begun to wait, the next one is what it waits for.
    while (loader.isAlive()) {
      quiet.launched();
    }
    loader.join();
  }

  @Test
  void whereNoLaunchComesTheTimeEnds() {
    quiet.launching();
    quiet.launched();
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertTrue(quiet.await(1) <= 0));
  }

  private void returnsAtOnce() {
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> quiet.await(FOR_EVER));
  }
}
