package org.clockwork.test.workload;

import static org.clockwork.test.workload.LoadRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.BurstyExperiment;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Spread;
import org.clockwork.core.workload.Workloads;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class BurstyExperimentTest {

  @Test
  void thePublishedOneIsASteadyModelBesideALoadOverOneMoreEachSecond() {
    Workload workload = named();
    assertEquals(List.of(new Copies("resnet50_v2", 3_601)), workload.models());
    Workload.Stream minor = workload.streams().get(0);
    Workload.Stream major = workload.streams().get(1);
    assertEquals(List.of("resnet50_v2"), minor.models());
    assertEquals(new Poisson(Course.constant(200)), minor.arrivals());
    assertEquals(3_600, major.models().size());
    assertEquals(new Spread.Growing(300 * SECOND, SECOND), major.spread());
    Course perSecond = ((Poisson) major.arrivals()).perSecond();
    assertEquals(0, perSecond.at(300 * SECOND - 1));
    assertEquals(1_000, perSecond.at(300 * SECOND));
    assertEquals(3_900 * SECOND, workload.endNanos());
  }

  @Test
  void inItsKthPeriodTheMajorLoadIsSpreadEvenlyOverTheFirstKModels() {
    int models = 8;
    int periods = 12;
    BurstyExperiment experiment =
        new BurstyExperiment(models, 2 * SECOND, SECOND, (2 + periods) * SECOND);
    Workload workload = experiment.workload("bursty", Choices.PUBLISHED);
    long[][] sent = new long[periods][models];
    long[] minor = new long[2 + periods];
    int runs = 20;
    Seeds.each(
        runs,
        seed -> {
          LoadRig rig = play(workload, seed);
          List<Long> intended = rig.intendedNanos();
          for (int i = 0; i < rig.sent.size(); i++) {
            int second = (int) (intended.get(i) / SECOND);
            Offer offer = rig.sent.get(i);
            if (offer.stream() == 0) {
              minor[second]++;
            } else {
              sent[second - 2][workload.streams().get(1).models().indexOf(offer.model())]++;
            }
          }
          assertEquals((2 + periods) * SECOND, rig.loadNanos());
        });
    for (int period = 0; period < periods; period++) {
      // Those after all models are in use go on with all of them.
      int width = Math.min(models, period + 1);
      double expected = 1_000.0 * runs / width;
      for (int model = 0; model < models; model++) {
        if (model < width) {
          assertEquals(expected, (double) sent[period][model], 5 * Math.sqrt(expected));
        } else {
          assertEquals(0, sent[period][model], "period %d model %d".formatted(period, model));
        }
      }
    }
    for (long perSecond : minor) {
      assertEquals(200.0 * runs, (double) perSecond, 5 * Math.sqrt(200.0 * runs));
    }
  }

  @Test
  void theSameSeedDrawsTheSameModels() {
    Workload workload =
        new BurstyExperiment(50, 0, SECOND / 100, SECOND).workload("bursty", Choices.PUBLISHED);
    Seeds.each(
        50,
        seed -> {
          assertEquals(models(workload, seed), models(workload, seed));
          assertTrue(!models(workload, seed).equals(models(workload, seed + 1)));
        });
  }

  @Test
  void timesThatMakeNoSenseAreErrors() {
    assertThrows(IllegalArgumentException.class, () -> new BurstyExperiment(0, 0, SECOND, SECOND));
    assertThrows(
        IllegalArgumentException.class, () -> new BurstyExperiment(1, SECOND, SECOND, SECOND));
    assertThrows(IllegalArgumentException.class, () -> new BurstyExperiment(1, 0, 0, SECOND));
  }

  private static Workload named(String... parameters) {
    return Workloads.named("bursty_experiment", List.of(parameters), Choices.PUBLISHED);
  }

  private static List<String> models(Workload workload, long seed) {
    return play(workload, seed).sent.stream().map(Offer::model).toList();
  }

  private static LoadRig play(Workload workload, long seed) {
    LoadRig rig = new LoadRig(workload, Course.NEVER, seed);
    rig.start();
    rig.playUntil(workload.endNanos());
    rig.answerAll(LoadRig.SUCCESS);
    return rig;
  }
}
