package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.policy.NaiveBatching.Naive;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** Which requests of a model run together, against {@link NaiveBatching}. */
class BatchingTest {
  private static final int SEEDS = 120;
  private static final LargestBatches RANKED = new LargestBatches(new Backstage(1).board());

  /** A claim about a queue that was filled by chance, and a moment at which EXEC could begin. */
  private interface Claim {
    void holds(Model model, Estimates estimates, long beginNanos, RandomGenerator chance);
  }

  private static void each(Claim claim) {
    Seeds.each(
        SEEDS,
        seed -> {
          RandomGenerator chance = Seeds.random(seed);
          Backstage stage = new Backstage(1);
          Replica replica = stage.resident(stage.model("m"), 0);
          NaiveBatching.fillQueue(stage, replica, chance);
          for (int i = 0; i < 20; i++) {
            long begin = stage.now() + Backstage.MILLIS * chance.nextLong(62);
            claim.holds(replica.model(), replica.estimates(), begin, chance);
          }
        });
  }

  @Test
  void aSizeIsFilledWithTheFirstThatWouldBeInTime() {
    each(
        (model, estimates, begin, chance) -> {
          int place = chance.nextInt(estimates.sizes());
          Naive naive = NaiveBatching.fill(model, estimates, place, begin);

          Batching.Batch batch = Batching.fill(model, estimates, place, begin);

          assertEquals(naive.requests(), batch.requests());
          assertEquals(naive.rows(), batch.rows());
          assertEquals(estimates.batch(place), batch.size());
        });
  }

  @Test
  void theBestSizeGetsMostRowsDonePerTime() {
    each(
        (model, estimates, begin, chance) -> {
          int places = chance.nextInt(1, estimates.sizes() + 1);
          Optional<Naive> naive =
              NaiveBatching.best(model, estimates, places, begin, Long.MAX_VALUE);

          assertEquals(
              naive.map(Naive::requests),
              Batching.mostRowsPerTime(model, estimates, places, begin)
                  .map(Batching.Batch::requests));
          assertEquals(
              naive.map(best -> estimates.batch(best.place())),
              Batching.mostRowsPerTime(model, estimates, places, begin).map(Batching.Batch::size));
        });
  }

  @Test
  void theDefaultPolicyChoosesTheSameAmongThoseThatAreShortEnough() {
    Choice choice = new Choice();
    each(
        (model, estimates, begin, chance) -> {
          long execNanosMax =
              chance.nextBoolean()
                  ? Long.MAX_VALUE
                  : estimates.execNanos(chance.nextInt(estimates.sizes())) - chance.nextInt(2);
          Optional<Naive> naive =
              NaiveBatching.best(model, estimates, estimates.sizes(), begin, execNanosMax);

          assertEquals(naive.isPresent(), choice.look(model, estimates, begin, execNanosMax));
          naive.ifPresent(
              best -> {
                assertEquals(best.place(), choice.place());
                assertEquals(
                    best.requests().getFirst().deadlineNanos() - estimates.execNanos(best.place()),
                    choice.latestNanos());
                assertEquals(
                    best.rate(estimates) / estimates.bestRowsPerNano(),
                    choice.worth(estimates),
                    1e-12);
              });
        });
  }

  @Test
  void fullBatchesAreTheLargestWithoutARowToSpareOrForAFirstThatNoSmallerSizeTakes() {
    FullBatches batching = new FullBatches();
    each(
        (model, estimates, begin, _) -> {
          Optional<Naive> largest = Optional.empty();
          for (int place = 0; place < estimates.sizes(); place++) {
            Naive here = NaiveBatching.fill(model, estimates, place, begin);
            int smaller = place == 0 ? 0 : estimates.batch(place - 1);
            if (here.rows() > 0
                && (here.rows() == estimates.batch(place)
                    || here.requests().getFirst().rows() > smaller)) {
              largest = Optional.of(here);
            }
          }
          assertEquals(
              largest.map(Naive::requests),
              batching.batch(model, estimates, begin).map(Batching.Batch::requests));
        });
  }

  @Test
  void whoseLatestBeginComesFirstIsMostUrgentAmongFullBatches() {
    FullBatches batching = new FullBatches();
    each(
        (model, estimates, begin, _) -> {
          long latest = Long.MAX_VALUE;
          for (int place = 0; place < estimates.sizes(); place++) {
            long exec = estimates.execNanos(place);
            for (Pending request : model.queue().snapshot()) {
              if (request.deadlineNanos() >= begin + exec) {
                latest = Math.min(latest, request.deadlineNanos() - exec);
              }
            }
          }
          assertEquals(latest, batching.rank(model, estimates, begin));
        });
  }

  @Test
  void amongLargestBatchesMoreRowsGoFirstAndThenTheEarlierDeadline() {
    Seeds.each(
        SEEDS,
        seed -> {
          RandomGenerator chance = Seeds.random(seed);
          Backstage stage = new Backstage(1);
          LargestBatches batching = new LargestBatches(stage.board());
          Replica one = stage.resident(stage.model("m"), 0);
          Replica other = stage.resident(stage.model("n"), 0);
          NaiveBatching.fillQueue(stage, one, chance);
          NaiveBatching.fillQueue(stage, other, chance);
          long begin = stage.now() + Backstage.MILLIS * chance.nextLong(50);

          assertEquals(
              Integer.signum(Long.compare(standing(one, begin), standing(other, begin))),
              Integer.signum(
                  Long.compare(
                      batching.rank(one.model(), one.estimates(), begin),
                      batching.rank(other.model(), other.estimates(), begin))));
        });
  }

  /** Smaller for more rows, then for an earlier deadline; the end of time for no batch. */
  private static long standing(Replica replica, long begin) {
    Estimates estimates = replica.estimates();
    return NaiveBatching.best(replica.model(), estimates, estimates.sizes(), begin, Long.MAX_VALUE)
        .map(best -> -best.rows() * 1_000_000_000_000L + best.requests().getFirst().deadlineNanos())
        .orElse(Long.MAX_VALUE);
  }

  @Test
  void amongLargestBatchesMoreRowsGoFirstHoweverMuchMoreTimeTheyHave() {
    Backstage stage = new Backstage(1);
    Replica hurried = stage.resident(stage.model("m"), 0);
    Replica larger = stage.resident(stage.model("n"), 0);
    stage.queues(hurried.model(), 1, 50 * Backstage.MILLIS);
    stage.queues(larger.model(), 2, 24 * 3_600_000 * Backstage.MILLIS);

    assertTrue(
        RANKED.rank(larger.model(), larger.estimates(), stage.now())
            < RANKED.rank(hurried.model(), hurried.estimates(), stage.now()));
  }

  @Test
  void nobodyLooksBeyondSixtyFourRequestsForOneBatch() {
    Backstage stage = new Backstage(1);
    Replica replica = stage.resident(stage.model("m"), 0);
    for (int i = 0; i < 63; i++) {
      stage.queues(replica.model(), 2, 50 * Backstage.MILLIS);
    }
    Pending last = stage.queues(replica.model(), 1, 50 * Backstage.MILLIS);

    assertEquals(
        List.of(last),
        Batching.fill(replica.model(), replica.estimates(), 0, stage.now()).requests());

    Pending first = replica.model().queue().first();
    stage.refuses(last);
    stage.queues(replica.model(), 2, 50 * Backstage.MILLIS);
    stage.queues(replica.model(), 1, 50 * Backstage.MILLIS);
    assertEquals(2, first.rows());
    assertEquals(
        List.of(), Batching.fill(replica.model(), replica.estimates(), 0, stage.now()).requests());
  }

  @Test
  void amongLargestBatchesWhoHasNoneGoesNowhere() {
    each(
        (model, estimates, begin, _) ->
            assertEquals(
                NaiveBatching.best(model, estimates, estimates.sizes(), begin, Long.MAX_VALUE)
                    .isEmpty(),
                RANKED.rank(model, estimates, begin) == Long.MAX_VALUE));
  }

  @Test
  void whoCouldNotMakeItOnAnIdleDeviceIsDroppedAndToldByHowMuch() {
    Backstage stage = new Backstage(1);
    Model model = stage.resident(stage.model("m"), 0).model();
    LargestBatches batching = new LargestBatches(stage.board());
    Pending head = stage.queues(model, 3, 20 * Backstage.MILLIS);

    stage.passes(20 * Backstage.MILLIS - Backstage.LEG - 5 * Backstage.MILLIS);
    batching.queued(head, stage.now());
    assertEquals(List.of(), stage.endOf(head));
    stage.passes(100_000);
    batching.queued(head, stage.now());

    var refused = assertInstanceOf(Verdict.Refused.class, stage.endOf(head).getFirst());
    assertEquals(100_000, refused.retryAfterNanos());
    assertTrue(refused.reason().endsWith("it would be 0.1 ms late"), refused.reason());
  }
}
