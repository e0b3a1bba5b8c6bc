package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Spread;
import org.clockwork.core.workload.Workload.Stream;

/**
 * What becomes of a steady small load while a large one moves to ever more models: the minor load
 * has one model to itself, the major one begins with one model after a lead-in and is spread over
 * one more in each period. Both are Poisson.
 *
 * @param models of the major load; with the minor one's there is one more
 * @param leadInNanos so long the minor load is alone
 * @param periodNanos from one model more to the next
 * @param lengthNanos the whole run, lead-in and all; what is left once all models are in use goes
 *     on with all of them
 */
public record BurstyExperiment(int models, long leadInNanos, long periodNanos, long lengthNanos) {
  private static final double MAJOR_PER_SECOND = 1_000;
  private static final double MINOR_PER_SECOND = 200;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final long LEAD_IN_NANOS = 300 * SECOND_NANOS;

  public BurstyExperiment {
    if (models < 1 || leadInNanos < 0 || periodNanos <= 0 || lengthNanos <= leadInNanos) {
      throw new IllegalArgumentException(
          ("a bursty experiment needs models=%d and periodNanos=%d above 0 and lengthNanos=%d above"
                  + " leadInNanos=%d")
              .formatted(models, periodNanos, lengthNanos, leadInNanos));
    }
  }

  /** With the published times: 300 s of lead-in, then a second for each model. */
  public static BurstyExperiment published(int models) {
    return new BurstyExperiment(
        models, LEAD_IN_NANOS, SECOND_NANOS, LEAD_IN_NANOS + models * SECOND_NANOS);
  }

  /** As a load: first the minor stream, to the first copy, then the major one. */
  public Workload workload(String name, Choices choices) {
    Copies copies = new Copies(choices.model(), models + 1);
    List<String> names = copies.names();
    List<Stream> streams = new ArrayList<>();
    streams.add(
        new Stream(
            names.subList(0, 1),
            new Poisson(Course.constant(MINOR_PER_SECOND)),
            choices.aim(),
            choices.tenant()));
    streams.add(
        new Stream(
            names.subList(1, names.size()),
            new Spread.Growing(leadInNanos, periodNanos),
            new Poisson(new Course.Lasting(MAJOR_PER_SECOND, leadInNanos, lengthNanos)),
            choices.aim(),
            choices.tenant()));
    return new Workload(name, List.of(copies), streams);
  }
}
