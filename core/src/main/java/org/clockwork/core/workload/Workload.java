package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.gateway.Objective;

/**
 * A load to offer: which models must be served for it and which streams of requests go to them.
 *
 * @param name as on the command line, for reports
 */
public record Workload(String name, List<Copies> models, List<Stream> streams) {
  public Workload {
    models = List.copyOf(models);
    streams = List.copyOf(streams);
    if (streams.isEmpty()) {
      throw new IllegalArgumentException("workload '" + name + "' needs at least one stream");
    }
  }

  /** When the first stream's course meets its bound, from the start; that ends the whole run. */
  public long endNanos() {
    long endNanos = Course.NEVER;
    for (Stream stream : streams) {
      endNanos = Math.min(endNanos, stream.endNanos());
    }
    return endNanos;
  }

  /** Copies of one model of the repository, served side by side under names of their own. */
  public record Copies(String source, int count) {
    public Copies {
      if (source.isBlank() || count < 1) {
        throw new IllegalArgumentException(
            "a workload needs at least one copy of a named model, got %d of '%s'"
                .formatted(count, source));
      }
    }

    /** {@code source}, {@code source#2}, {@code source#3} and so on. */
    public List<String> names() {
      List<String> names = new ArrayList<>(count);
      names.add(source);
      for (int copy = 2; copy <= count; copy++) {
        names.add(source + "#" + copy);
      }
      return names;
    }
  }

  /**
   * Requests of one origin to one or several models.
   *
   * @param priority among requests of one tenant, 0 is served first
   */
  public record Stream(
      List<String> models,
      Spread spread,
      ArrivalProcess arrivals,
      Aim aim,
      String tenant,
      int priority) {
    public Stream {
      models = List.copyOf(models);
      if (models.isEmpty()) {
        throw new IllegalArgumentException("a stream needs at least one model to send to");
      }
    }

    /** Of the first priority. */
    public Stream(
        List<String> models, Spread spread, ArrivalProcess arrivals, Aim aim, String tenant) {
      this(models, spread, arrivals, aim, tenant, 0);
    }

    /** One that sends to its models in turn, of the first priority. */
    public Stream(List<String> models, ArrivalProcess arrivals, Aim aim, String tenant) {
      this(models, new Spread.InTurn(), arrivals, aim, tenant);
    }

    public Stream withPriority(int other) {
      return new Stream(models, spread, arrivals, aim, tenant, other);
    }

    long endNanos() {
      return arrivals instanceof ArrivalProcess.Open open
          ? Math.min(open.endNanos(), aim.endNanos())
          : aim.endNanos();
    }
  }

  /** To which of a stream's models its requests go. */
  public sealed interface Spread {

    /** To one after the other. */
    record InTurn() implements Spread {}

    /**
     * Each to one that is drawn evenly among them. Poisson arrivals that are spread so are Poisson
     * arrivals at each model, while in turn they come to each at nearly even intervals.
     */
    record Drawn() implements Spread {}

    /**
     * To the first of them alone, from a time on to the first two, and to one more after each
     * further period: each request to one that is drawn evenly among them.
     *
     * @param startNanos when the first period begins, that of the first model alone
     */
    record Growing(long startNanos, long periodNanos) implements Spread {
      public Growing {
        if (startNanos < 0 || periodNanos <= 0) {
          throw new IllegalArgumentException(
              "a growing spread needs startNanos=%d not below 0 and periodNanos=%d above 0"
                  .formatted(startNanos, periodNanos));
        }
      }

      /** How many of so many models are sent to at this time. */
      int width(long elapsedNanos, int models) {
        long periods = Math.max(0, elapsedNanos - startNanos) / periodNanos;
        return (int) Math.min(models, periods + 1);
      }
    }
  }

  /** What objective the requests of a stream ask for. */
  public sealed interface Aim {
    Objective at(long elapsedNanos);

    long endNanos();

    /** The same for all of them. */
    record Same(Objective objective) implements Aim {
      @Override
      public Objective at(long elapsedNanos) {
        return objective;
      }

      @Override
      public long endNanos() {
        return Course.NEVER;
      }
    }

    /** An slo factor that changes while the run lasts. */
    record Factor(Course course) implements Aim {
      @Override
      public Objective at(long elapsedNanos) {
        return Objective.ofFactor(course.at(elapsedNanos));
      }

      @Override
      public long endNanos() {
        return course.endNanos();
      }
    }
  }
}
