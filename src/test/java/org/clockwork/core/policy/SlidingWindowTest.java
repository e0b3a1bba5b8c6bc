package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** Where the window stops, and who is left behind. A batch of n takes n + 1 ms. */
class SlidingWindowTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final int TARGET_OF_ONE = 0;

  private final Backstage stage = new Backstage(1);
  private final Replica replica = stage.resident(stage.model("m"), 0);
  private final SlidingWindow window = new SlidingWindow(stage.board());

  private Pending arrives(int rows, long sloNanos) {
    return stage.queues(replica.model(), rows, sloNanos);
  }

  private Optional<Batching.Batch> stops(int target, long beginNanos) {
    return window.stops(replica.model(), replica.estimates(), target, beginNanos);
  }

  private Verdict.Refused refusalOf(Pending request) {
    return assertInstanceOf(Verdict.Refused.class, stage.endOf(request).getFirst());
  }

  @Test
  void itIsAsLongAsAFirstRequestThatIsLongerThanTheTarget() {
    Pending first = arrives(4, 50 * MILLIS);
    arrives(1, 100 * MILLIS);

    assertEquals(
        List.of(first), stops(TARGET_OF_ONE, stage.now()).map(Batching.Batch::requests).get());
  }

  @Test
  void itIsNoLongerForARequestThatCannotMakeItAnyMore() {
    arrives(16, 18 * MILLIS);
    Pending first = arrives(1, 100 * MILLIS);
    arrives(1, 100 * MILLIS);

    assertEquals(
        List.of(first),
        stops(TARGET_OF_ONE, stage.now() + 17 * MILLIS).map(Batching.Batch::requests).get());
  }

  @Test
  void itStopsNowhereOnceNobodyCanMakeIt() {
    arrives(1, 20 * MILLIS);

    assertTrue(stops(TARGET_OF_ONE, stage.now() + 18 * MILLIS).isPresent());
    assertTrue(stops(TARGET_OF_ONE, stage.now() + 18 * MILLIS + 1).isEmpty());
  }

  @Test
  void thoseAreLeftBehindWhoseDeadlineIsBeforeItsEndAndWhoWouldHaveFittedIn() {
    long begin = stage.now() + 10 * MILLIS;
    Pending tooLong = arrives(5, 14 * MILLIS);
    Pending asLong = arrives(4, 14 * MILLIS);
    Pending behind = arrives(1, 15 * MILLIS - 1);
    Pending inTime = arrives(1, 15 * MILLIS);
    Batching.Batch batch = new Batching.Batch(4, 1, List.of(inTime));

    window.dropBefore(replica.model(), replica.estimates(), batch, begin, stage.now());

    assertEquals(List.of(tooLong, inTime), replica.model().queue().snapshot());
    assertEquals(5 * MILLIS, refusalOf(asLong).retryAfterNanos());
    assertEquals(5 * MILLIS, refusalOf(behind).retryAfterNanos());
  }

  @Test
  void whoIsLeftBehindIsToldForHowManyAndHowLateItWouldHaveBeen() {
    Pending behind = arrives(1, 14_200_000);
    Batching.Batch batch = new Batching.Batch(4, 3, List.of(arrives(3, 100 * MILLIS)));

    window.dropBefore(
        replica.model(), replica.estimates(), batch, stage.now() + 10 * MILLIS, stage.now());

    assertEquals(
        "dropped for the sake of 3 rows of "
            + replica.model()
            + " behind it: their batch would be 0.8 ms late for it",
        refusalOf(behind).reason());
  }
}
