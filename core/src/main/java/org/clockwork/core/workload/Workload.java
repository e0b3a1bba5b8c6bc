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

  /** Requests of one origin to one or several models, in turn. */
  public record Stream(List<String> models, ArrivalProcess arrivals, Aim aim, String tenant) {
    public Stream {
      models = List.copyOf(models);
      if (models.isEmpty()) {
        throw new IllegalArgumentException("a stream needs at least one model to send to");
      }
    }

    long endNanos() {
      return arrivals instanceof ArrivalProcess.Open open
          ? Math.min(open.endNanos(), aim.endNanos())
          : aim.endNanos();
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
