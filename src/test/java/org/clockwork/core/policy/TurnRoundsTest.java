package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/**
 * When those who are refused have their turns. A batch of 16 takes 17 ms, so that half of a GPU's
 * time is one round in 34 ms; a LOAD takes 10 ms.
 */
class TurnRoundsTest {
  private static final long MILLIS = Backstage.MILLIS;
  private static final long SOONEST = 5 * MILLIS;
  private static final long ROUND = 34 * MILLIS;

  private final Backstage stage = new Backstage(1);
  private final Turns turns = new Turns(stage.board());

  private Model warm(String name) {
    return stage.resident(stage.model(name), 0).model();
  }

  private Pending asks(Model model, int rows) {
    return stage.queues(model, rows, 1_000 * MILLIS);
  }

  /** It is refused, and told to come again after so long. */
  private long isTold(Pending request, long soonestNanos) {
    long hint = turns.give(request, soonestNanos, 1, stage.now());
    stage.refuses(request);
    return hint;
  }

  private long isTold(Model model) {
    return isTold(asks(model, 1), 0);
  }

  private Pending comesAgain(Pending refused) {
    return stage.queuesAgain(refused, 1_000 * MILLIS);
  }

  @Test
  void whoCanBeServedLaterOnlyHasNoTurnInARoundBefore() {
    Model model = warm("m");
    assertEquals(SOONEST, isTold(model));

    assertEquals(50 * MILLIS, isTold(asks(model, 1), 50 * MILLIS));
  }

  @Test
  void aRoundHasNoMoreRowsThanABatch() {
    Model model = warm("m");
    assertEquals(SOONEST, isTold(asks(model, 8), 0));

    assertEquals(SOONEST + ROUND, isTold(asks(model, 16), 0));
  }

  @Test
  void modelsOfOneGpuHaveTheirRoundsOneAfterTheOther() {
    assertEquals(SOONEST, isTold(warm("m")));
    assertEquals(SOONEST + ROUND, isTold(warm("n")));
  }

  @Test
  void aRoundIsOnTheGpuWhoseRoundsAreThroughFirst() {
    Backstage two = new Backstage(2);
    Turns ofTwo = new Turns(two.board());
    Model everywhere = two.resident(two.model("m"), 0).model();
    two.resident(everywhere, 1);
    Model onFirst = two.resident(two.model("n"), 0).model();
    Model onSecond = two.resident(two.model("o"), 1).model();

    assertEquals(SOONEST, given(ofTwo, two, onFirst));
    assertEquals(SOONEST, given(ofTwo, two, everywhere));
    assertEquals(SOONEST + ROUND, given(ofTwo, two, onSecond), "after the one before");
  }

  private static long given(Turns turns, Backstage where, Model model) {
    return turns.give(where.queues(model, 16, 1_000 * MILLIS), 0, 2, where.now());
  }

  @Test
  void roundsOfModelsThatAreOnNoGpuShareTheLoadsOfAllGpus() {
    Pending first = asks(stage.model("m"), 1);
    Pending second = asks(stage.model("n"), 1);
    Pending third = asks(stage.model("o"), 1);

    assertEquals(SOONEST, turns.give(first, 0, 4, stage.now()));
    assertEquals(SOONEST + 5 * MILLIS, turns.give(second, 0, 4, stage.now()));
    assertEquals(SOONEST + 10 * MILLIS, turns.give(third, 0, 4, stage.now()));
  }

  /** So many refused, of whom one in four comes again when told. */
  private void oneInFourComesAgain(Model model, int refused) {
    List<Pending> waiting = new ArrayList<>();
    for (int i = 0; i < refused; i += 4) {
      for (int each = 0; each < 4; each++) {
        waiting.add(asks(model, 1));
      }
      long hint = 0;
      for (Pending each : waiting) {
        hint = isTold(each, 0);
      }
      stage.passes(hint);
      Pending again = comesAgain(waiting.getLast());
      assertTrue(turns.arrived(again, stage.now()));
      stage.refuses(again);
      turns.unqueued(model, List.of(again));
      waiting.clear();
      stage.passes(200 * MILLIS);
    }
  }

  @Test
  void howManyComeAgainIsRememberedAlsoAfterThousands() {
    Model model = warm("m");
    oneInFourComesAgain(model, 4_000);

    // Twice as many as expected may come before a round is too full for a batch of 16.
    long first = isTold(model);
    int turnsInFirst = 1;
    while (isTold(model) == first) {
      turnsInFirst++;
    }
    assertEquals(32.0, turnsInFirst, 2.0);
  }

  @Test
  void aRoundInWhichHardlyAnybodyIsExpectedTakesHardlyAnyTime() {
    Model model = warm("m");
    Model other = warm("n");
    oneInFourComesAgain(model, 400);

    long hint = isTold(model);

    long later = isTold(other) - hint;
    assertTrue(Math.abs(later - ROUND / 2) < ROUND / 50, () -> later + " ns later");
  }

  @Test
  void whoKeepsATurnHasItUnderTheNewNameAlone() {
    Model model = warm("m");
    Pending refused = asks(model, 1);
    long hint = isTold(refused, 0);
    Pending early = comesAgain(refused);
    turns.keep(early);
    stage.refuses(early);

    stage.passes(hint);

    assertFalse(turns.arrived(comesAgain(refused), stage.now()));
    assertTrue(turns.arrived(comesAgain(early), stage.now()));
  }

  @Test
  void whereNobodyWhoHasATurnWaitsThereIsNoDeadline() {
    Model model = warm("m");
    assertEquals(Long.MAX_VALUE, turns.firstDeadlineNanos(model));

    Pending refused = asks(model, 1);
    stage.passes(isTold(refused, 0));
    Pending again = comesAgain(refused);
    turns.arrived(again, stage.now());

    assertEquals(again.deadlineNanos(), turns.firstDeadlineNanos(model));
    assertEquals(Long.MAX_VALUE, turns.firstDeadlineNanos(warm("n")));
  }
}
