package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.clockwork.core.trace.Invocations;
import org.clockwork.core.trace.Mapping;
import org.clockwork.core.trace.Trace;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Workload.Stream;

/**
 * How a trace becomes load: each model gets the requests of the functions that are mapped to it,
 * whose counts add up, Poisson within each interval. After the trace's last minute comes its first.
 *
 * @param scale requests per invocation
 * @param intervalNanos how long each minute of the trace lasts here, at the rate that it had
 * @param startsAnywhere each function begins with a minute of its own, drawn; otherwise all begin
 *     with the first
 * @param load what all is multiplied with over the time of a run
 */
record TraceReplay(
    Mapping mapping, double scale, long intervalNanos, boolean startsAnywhere, Course load) {
  private static final double MINUTE_SECONDS = 60;

  /** The engine rolls its dice from the same seed; these must be others. */
  private static final long OWN_DICE = 0x7ace_7ace_7ace_7aceL;

  /** The whole load; a model that no function with any invocation is mapped to gets no stream. */
  Workload workload(String name, Instances instances, Trace trace, Choices choices) {
    List<String> models = instances.names();
    int[][] counts =
        perModel(trace, models.size(), new SplittableRandom(choices.seed() ^ OWN_DICE));
    List<Stream> streams = new ArrayList<>();
    for (int model = 0; model < counts.length; model++) {
      if (counts[model].length > 0) {
        Course trafficPerSecond =
            new Course.Replayed(counts[model], scale / MINUTE_SECONDS, intervalNanos);
        streams.add(
            new Stream(
                List.of(models.get(model)),
                new Poisson(new Course.Product(trafficPerSecond, load)),
                choices.aim(),
                choices.tenant()));
      }
    }
    return new Workload(name, instances.copies(), streams);
  }

  /** Counts per minute; none where there are no invocations at all. */
  private int[][] perModel(Trace trace, int models, RandomGenerator chance) {
    int[] mapped = mapping.models(trace.functions().size(), models, chance);
    int[][] perModel = new int[models][0];
    for (int function = 0; function < mapped.length; function++) {
      Invocations invocations = trace.functions().get(function);
      int first = startsAnywhere ? chance.nextInt(Invocations.MINUTES) : 0;
      if (invocations.total() > 0) {
        int model = mapped[function];
        if (perModel[model].length == 0) {
          perModel[model] = new int[Invocations.MINUTES];
        }
        invocations.addTo(perModel[model], first);
      }
    }
    return perModel;
  }
}
