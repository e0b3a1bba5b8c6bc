package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.Action;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** How demand is spread over GPUs. */
class SharesTest {
  private static final int GPUS = 3;
  private static final long MILLIS = Backstage.MILLIS;

  /** Each share is cut to whole nanoseconds, and later shares follow from the earlier ones. */
  private static final double ROUNDING_NANOS = 100;

  private final Backstage stage = new Backstage(GPUS);
  private final List<Replica> replicas = stage.everywhere("m", GPUS);

  @Test
  void demandIsSpreadInInverseProportionToWhatTheGpusHaveToDo() {
    Seeds.each(100, seed -> new SharesTest().compareWithTheWords(Seeds.random(seed)));
  }

  /** Two models on the same GPUs: each one's shares are load to the other. */
  private void compareWithTheWords(RandomGenerator chance) {
    List<Shares.Load> loads =
        replicas.stream().map(replica -> new Shares.Load(replica.gpu())).toList();
    List<Shares> models = List.of(new Shares(), new Shares());
    List<Map<Integer, Long>> parts = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    List<Action.Infer> running = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      int which = chance.nextInt(2);
      Shares shares = models.get(which);
      Map<Integer, Long> part = parts.get(which);
      int gpu = chance.nextInt(GPUS);
      switch (chance.nextInt(8)) {
        case 0 -> running.add(stage.keepsBusy(replicas.get(gpu), 1 << chance.nextInt(5)));
        case 1 -> {
          if (!running.isEmpty()) {
            stage.succeeds(running.removeFirst());
          }
        }
        case 2 -> stage.passes(chance.nextLong(30 * MILLIS));
        case 3 -> {
          shares.leave(replicas.get(gpu));
          part.remove(gpu);
        }
        case 4 -> {
          if (chance.nextInt(4) == 0) {
            shares.clear();
            part.clear();
          }
        }
        default -> {
          shares.join(replicas.get(gpu), loads.get(gpu));
          part.putIfAbsent(gpu, 0L);
          long demand = chance.nextLong(100 * MILLIS);
          shares.spread(demand, stage.now());
          spread(demand, part, parts.get(1 - which));
        }
      }
      assertEquals(part.size(), shares.size());
      long horizon = chance.nextLong(1, 100 * MILLIS);
      double served = 0;
      for (int each : part.keySet()) {
        long load = load(each, parts);
        served += load == 0 ? 0 : (double) part.get(each) * horizon / load;
      }
      assertEquals(served, (double) shares.servedNanos(horizon, stage.now()), ROUNDING_NANOS);
      for (int each = 0; each < GPUS; each++) {
        assertEquals(
            (double) load(each, parts),
            (double) loads.get(each).nanos(stage.now()),
            ROUNDING_NANOS);
      }
    }
  }

  private long load(int gpu, List<Map<Integer, Long>> parts) {
    return replicas.get(gpu).gpu().exec().outstandingNanos(stage.now())
        + parts.stream().mapToLong(part -> part.getOrDefault(gpu, 0L)).sum();
  }

  private void spread(long demand, Map<Integer, Long> part, Map<Integer, Long> others) {
    part.replaceAll((_, _) -> 0L);
    Map<Integer, Double> weights = new LinkedHashMap<>();
    for (int gpu : part.keySet()) {
      boolean stuck = replicas.get(gpu).gpu().exec().lagNanos(stage.now()) > 50 * MILLIS;
      double load = load(gpu, List.of(part, others)) + 1e6;
      weights.put(gpu, stuck ? 0 : 1 / load);
    }
    double sum = weights.values().stream().mapToDouble(weight -> weight).sum();
    if (sum > 0) {
      part.replaceAll((gpu, _) -> (long) (demand * (weights.get(gpu) / sum)));
    }
  }

  @Test
  void aGpuIsStuckOnceItIsMoreThanFiftyMillisecondsBehind() {
    Gpu gpu = replicas.getFirst().gpu();
    Shares.Load load = new Shares.Load(gpu);
    assertFalse(load.stuck(stage.now()));

    stage.keepsBusy(replicas.getFirst(), 1);
    long due = stage.now() + gpu.exec().outstandingNanos(stage.now());

    assertFalse(load.stuck(due + 50 * MILLIS));
    assertTrue(load.stuck(due + 50 * MILLIS + 1));
  }
}
