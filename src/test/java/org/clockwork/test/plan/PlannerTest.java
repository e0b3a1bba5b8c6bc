package org.clockwork.test.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.clockwork.core.policy.Policies;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.ZooModels;
import org.clockwork.experiments.plan.Answer;
import org.clockwork.experiments.plan.Demand;
import org.clockwork.experiments.plan.Demand.Arrivals;
import org.clockwork.experiments.plan.Planner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A plan names the fewest GPUs that meet a demand in simulation. */
class PlannerTest {
  private static final double MET = 0.999;
  private static final int MOST = 64;

  @ParameterizedTest
  @CsvSource({"1000, 100", "1000, 20", "3000, 50"})
  void oneGpuFewerMissesTheGoal(double perSecond, double sloMillis) {
    Answer.Enough enough = enough(demand(Arrivals.POISSON, perSecond, sloMillis));
    assertTrue(
        enough.at().figures().last().all().metFraction().orElseThrow() >= MET, enough::toString);
    Answer.Tried fewer = enough.oneFewer().orElseThrow();
    assertEquals(enough.at().gpus() - 1, fewer.gpus());
    assertTrue(fewer.figures().last().all().metFraction().orElseThrow() < MET, enough::toString);
    // Fewer than would be full with the best batches can't be.
    double filled = demand(Arrivals.POISSON, perSecond, sloMillis).gpusFilled();
    assertTrue(enough.at().gpus() >= filled * 0.99, () -> enough.at().gpus() + " of " + filled);
  }

  @Test
  void moreLoadNeverNeedsFewerGpus() {
    int before = 1;
    for (double perSecond : List.of(200.0, 600.0, 1_200.0, 2_400.0)) {
      int gpus = enough(demand(Arrivals.POISSON, perSecond, 50)).at().gpus();
      assertTrue(gpus >= before, gpus + " at " + perSecond + ", " + before + " at less");
      before = gpus;
    }
    assertTrue(before >= 3, "2400/s on " + before);
  }

  @Test
  void aTighterObjectiveAndBurstsNeedMore() {
    int usual = enough(demand(Arrivals.POISSON, 1_500, 50)).at().gpus();
    assertTrue(enough(demand(Arrivals.POISSON, 1_500, 8)).at().gpus() > usual);
    assertTrue(enough(demand(Arrivals.BURSTY, 1_500, 50)).at().gpus() > usual);
  }

  @Test
  void theSameSeedGivesTheSameAnswerAndFigures() {
    Figures one = enough(demand(Arrivals.POISSON, 1_000, 30)).at().figures();
    Figures other = enough(demand(Arrivals.POISSON, 1_000, 30)).at().figures();
    assertEquals(one.last().all().offered(), other.last().all().offered());
    assertEquals(one.last().all().met(), other.last().all().met());
    assertEquals(one.execSeconds(), other.execSeconds());
    assertEquals(one.last().all().latencyMillis(99.9), other.last().all().latencyMillis(99.9));
  }

  @Test
  void anObjectiveShorterThanOneExecutionIsHopelessAndNothingIsTried() {
    Answer answer = planner(MOST).ask(demand(Arrivals.POISSON, 100, 2)).answer();
    String reason = assertInstanceOf(Answer.Hopeless.class, answer).reason();
    assertTrue(reason.contains("2.73 ms for one request of resnet50_v2"), reason);
    assertTrue(reason.contains("the objective is 2.00 ms"), reason);
  }

  @Test
  void aModelThatIsLargerThanAGpuIsHopeless() {
    Planner small = new Planner(Policies.named(Policies.DEFAULT), 1, 3, MOST, Optional.of(2.0));
    Answer answer = small.ask(demand(Arrivals.POISSON, 100, 50)).answer();
    assertEquals(
        "resnet50_v2 needs 7 pages and a GPU has 3",
        assertInstanceOf(Answer.Hopeless.class, answer).reason());
  }

  @Test
  void whereTheMostIsNotEnoughItsFiguresSayWhy() {
    Answer answer = planner(2).ask(demand(Arrivals.POISSON, 4_000, 50)).answer();
    Answer.Tried most = assertInstanceOf(Answer.TooFew.class, answer).most();
    assertEquals(2, most.gpus());
    assertTrue(most.figures().last().all().metFraction().orElseThrow() < MET);
    assertTrue(most.executingFraction() > 0.95, () -> "executing " + most.executingFraction());
  }

  private static Answer.Enough enough(Demand demand) {
    return assertInstanceOf(Answer.Enough.class, planner(MOST).ask(demand).answer());
  }

  /** Trials of four seconds: tests ask whether it is right about them, not what is true of GPUs. */
  private static Planner planner(int most) {
    return new Planner(Policies.named(Policies.DEFAULT), 1, Setting.PAGES, most, Optional.of(4.0));
  }

  private static Demand demand(Arrivals arrivals, double perSecond, double sloMillis) {
    return new Demand(
        List.of(new Demand.Wanted(ZooModels.named("resnet50_v2"), 8)),
        arrivals,
        perSecond,
        Math.round(sloMillis * 1e6),
        MET);
  }
}
