package org.clockwork.test.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.Request;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Bursts;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Distribution;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Aim;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;

/**
 * A load of a few streams, open and closed, calm and bursty, with objectives from hopeless to
 * relaxed.
 */
final class DrawnWorkload {
  private static final long MILLIS = 1_000_000;

  private final RandomGenerator chance;
  private final List<ModelSource> sources;
  private final long runNanos;

  DrawnWorkload(RandomGenerator chance, List<ModelSource> sources, long runNanos) {
    this.chance = chance;
    this.sources = sources;
    this.runNanos = runNanos;
  }

  Workload draw() {
    List<Copies> copies = new ArrayList<>();
    for (ModelSource source : sources) {
      if (copies.isEmpty() || chance.nextBoolean()) {
        copies.add(new Copies(source.name(), chance.nextInt(1, 4)));
      }
    }
    int streams = chance.nextInt(1, 4);
    List<Stream> drawn = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      Copies some = copies.get(chance.nextInt(copies.size()));
      drawn.add(new Stream(some.names(), arrivals(streams), aim(), Request.DEFAULT_TENANT));
    }
    return new Workload("drawn", copies, drawn);
  }

  private ArrivalProcess arrivals(int streams) {
    double requests = Math.exp(chance.nextDouble(Math.log(10), Math.log(600)));
    double perSecond = requests / streams * 1e9 / runNanos;
    int concurrency = chance.nextInt(1, 20);
    Bursts bursts = Bursts.exponential(20 * MILLIS, 50 * MILLIS);
    return switch (chance.nextInt(5)) {
      case 0 -> new ArrivalProcess.ClosedLoop(concurrency, (long) requests, 0);
      case 1 -> new ArrivalProcess.BurstyClosed(concurrency, bursts);
      case 2 -> new ArrivalProcess.BurstyOpen(Distribution.EXPONENTIAL, 3 * perSecond, bursts);
      case 3 -> new ArrivalProcess.FixedRate(Course.constant(perSecond));
      default -> new ArrivalProcess.Poisson(Course.constant(perSecond));
    };
  }

  private Aim aim() {
    return new Aim.Same(
        switch (chance.nextInt(6)) {
          case 0 -> Objective.NONE;
          case 1 -> Objective.ofFactor(chance.nextDouble(0.5, 20));
          case 2 -> Objective.ofNanos(chance.nextLong(1, 8 * MILLIS));
          case 3 -> Objective.ofNanos(chance.nextLong(100, 900) * MILLIS);
          default -> Objective.ofNanos(chance.nextLong(5, 120) * MILLIS);
        });
  }
}
