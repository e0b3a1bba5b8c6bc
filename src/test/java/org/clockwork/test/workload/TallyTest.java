package org.clockwork.test.workload;

import static org.clockwork.test.workload.LoadRig.MILLIS;
import static org.clockwork.test.workload.LoadRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Tally;
import org.clockwork.core.workload.Tally.Totals;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final long START = 40 * SECOND;

  @Test
  void everyOfferIsInExactlyOneColumnWhateverTheOrderOfTheAnswers() {
    Seeds.each(
        2_000,
        seed -> {
          SplittableRandom chance = new SplittableRandom(seed);
          Tally tally = tally(new Measured(chance.nextLong(SECOND), SECOND));
          List<Offer> open = new ArrayList<>();
          for (int step = 0; step < 200; step++) {
            if (open.isEmpty() || chance.nextBoolean()) {
              Offer offer = offer(chance.nextLong(3 * SECOND), Objective.NONE, true);
              open.add(offer);
              tally.sent(offer, offer.intendedNanos());
            } else {
              Offer offer = open.remove(chance.nextInt(open.size()));
              tally.answered(offer, anyEnding(chance), offer.intendedNanos() + MILLIS);
            }
            // The record checks the identity itself; here it is added up a second time.
            Totals totals = tally.totals();
            assertEquals(
                totals.offered(),
                totals.succeeded()
                    + totals.refusals()
                    + totals.timedOut()
                    + totals.failures()
                    + totals.unanswered());
            assertEquals(open.stream().filter(tally::counts).count(), totals.unanswered());
          }
        });
  }

  @Test
  void anAccountThatDoesNotAddUpIsNotMade() {
    assertThrows(
        IllegalStateException.class, () -> new Totals(2, 1, 1, Map.of(), 0, Map.of(), 0, 0, true));
    assertThrows(
        IllegalStateException.class, () -> new Totals(1, 1, 2, Map.of(), 0, Map.of(), 0, 0, true));
  }

  @Test
  void onlyWhatWasMeantToGoOutInTheMeasuredPartCounts() {
    Tally tally = tally(new Measured(5 * SECOND, 30 * SECOND));
    for (long nanos : new long[] {0, 5 * SECOND - 1, 5 * SECOND, 35 * SECOND - 1, 35 * SECOND}) {
      Offer offer = offer(nanos, Objective.NONE, true);
      // Late answers don't move it: what counts is when it was meant to go out.
      tally.sent(offer, START + nanos);
      tally.answered(offer, LoadRig.SUCCESS, START + nanos + 20 * SECOND);
    }
    assertEquals(2, tally.totals().offered());
    assertEquals(2, tally.totals().succeeded());
  }

  @Test
  void refusalsAndFailuresAreCountedByCauseAndApart() {
    Tally tally = tally(Measured.ALL);
    end(tally, new Ending.Refused(RefusalCause.QUEUE, 0));
    end(tally, new Ending.Refused(RefusalCause.QUEUE, 0));
    end(tally, new Ending.Refused(RefusalCause.COLD_START, 0));
    end(tally, Ending.Failed.of(ErrorCode.UNKNOWN_MODEL));
    end(tally, new Ending.TimedOut());
    end(tally, new Ending.Succeeded(true, true));
    end(tally, new Ending.Succeeded(false, false));
    Totals totals = tally.totals();
    assertEquals(Map.of(RefusalCause.QUEUE, 2L, RefusalCause.COLD_START, 1L), totals.refused());
    assertEquals(Map.of("unknown_model", 1L), totals.failed());
    assertEquals(1, totals.timedOut());
    assertEquals(2, totals.succeeded());
    assertEquals(1, totals.met());
    assertEquals(1, totals.coldStarts());
    assertEquals(0, totals.unanswered());
  }

  @Test
  void whatIsAnsweredTooLateAfterItsIntendedTimeIsNotMetThoughTheGatewaySaysSo() {
    Tally tally = tally(Measured.ALL);
    Offer offer = offer(0, Objective.ofNanos(100 * MILLIS), true);
    tally.sent(offer, START + 90 * MILLIS);
    tally.answered(offer, LoadRig.SUCCESS, START + 100 * MILLIS + 1);
    assertEquals(1, tally.totals().succeeded());
    assertEquals(0, tally.totals().met());
    tally.sent(offer, START);
    tally.answered(offer, LoadRig.SUCCESS, START + 100 * MILLIS);
    assertEquals(1, tally.totals().met());
  }

  @Test
  void aGeneratorThatIsLateForMoreThanOneInAHundredIsNotValid() {
    Tally tally = tally(Measured.ALL);
    for (int i = 0; i < 197; i++) {
      tally.sent(offer(0, Objective.NONE, true), START + MILLIS);
    }
    tally.sent(offer(0, Objective.NONE, true), START + MILLIS + 1);
    assertTrue(tally.totals().valid(), "1 of 198");
    tally.sent(offer(0, Objective.NONE, true), START + MILLIS + 1);
    assertFalse(tally.totals().valid(), "2 of 199");
    tally.sent(offer(0, Objective.NONE, true), START + MILLIS);
    assertTrue(tally.totals().valid(), "2 of 200");
  }

  @Test
  void aClosedLoopHasNoScheduleToBeLateFor() {
    Tally tally = tally(Measured.ALL);
    tally.sent(offer(0, Objective.NONE, false), START + SECOND);
    assertTrue(tally.totals().valid());
  }

  @Test
  void aMeasurementThatMakesNoSenseIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> new Measured(-1, SECOND));
    assertThrows(IllegalArgumentException.class, () -> new Measured(0, 0));
    assertEquals(Course.NEVER, new Measured(SECOND, Course.NEVER).runNanos());
  }

  private static Tally tally(Measured measured) {
    Tally tally = new Tally(measured);
    tally.started(START);
    return tally;
  }

  private static void end(Tally tally, Ending ending) {
    Offer offer = offer(0, Objective.NONE, true);
    tally.sent(offer, START);
    tally.answered(offer, ending, START + MILLIS);
  }

  private static Offer offer(long elapsedNanos, Objective objective, boolean scheduled) {
    return new Offer(0, 0, "model", objective, "default", 0, scheduled, START + elapsedNanos);
  }

  private static Ending anyEnding(SplittableRandom chance) {
    return switch (chance.nextInt(4)) {
      case 0 -> new Ending.Succeeded(chance.nextBoolean(), chance.nextBoolean());
      case 1 -> new Ending.Refused(anyOf(RefusalCause.values(), chance), 0);
      case 2 -> new Ending.TimedOut();
      default -> Ending.Failed.of(anyOf(ErrorCode.values(), chance));
    };
  }

  private static <T> T anyOf(T[] values, SplittableRandom chance) {
    return List.of(values).get(chance.nextInt(values.length));
  }
}
