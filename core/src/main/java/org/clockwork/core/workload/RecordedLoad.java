package org.clockwork.core.workload;

import java.util.Comparator;
import java.util.List;
import org.clockwork.core.gateway.Objective;

/**
 * Requests as they came to one gateway once, to be offered again at just these times, whatever
 * becomes of them.
 *
 * @param arrivals in the order of their times
 */
public record RecordedLoad(List<Arrival> arrivals) {
  public RecordedLoad {
    arrivals = arrivals.stream().sorted(Comparator.comparingLong(Arrival::elapsedNanos)).toList();
  }

  /**
   * One request.
   *
   * @param elapsedNanos when it came, from the begin of the run
   * @param givenUpNanos when its client lost interest, from the begin of the run; {@link
   *     Course#NEVER} where it waited for its answer
   */
  public record Arrival(
      long elapsedNanos,
      String model,
      int rows,
      Objective objective,
      String tenant,
      int priority,
      long givenUpNanos) {
    public Arrival {
      if (elapsedNanos < 0 || givenUpNanos < elapsedNanos || rows < 1) {
        throw new IllegalArgumentException(
            ("a request needs rows=%d of at least 1 and elapsedNanos=%d of at least 0, and can't be"
                    + " given up (givenUpNanos=%d) before it came")
                .formatted(rows, elapsedNanos, givenUpNanos));
      }
    }

    public Arrival givenUpAt(long nanos) {
      return new Arrival(elapsedNanos, model, rows, objective, tenant, priority, nanos);
    }
  }
}
