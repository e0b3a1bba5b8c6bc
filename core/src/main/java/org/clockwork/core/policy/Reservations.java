package org.clockwork.core.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Notes;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;

/**
 * Says at arrival who will not be served. What waits is counted in batches, not in requests: a
 * model's requests join the batch that is planned for it, or open the next one on the GPU that is
 * through with its plans first, where that leaves them time. A planned batch is reckoned as large
 * as it is expected to become, because that is what it will take.
 *
 * <p>Plans only count. What runs in the end, and where, is decided when a GPU is free.
 */
final class Reservations {
  /** GPUs looked at for one batch. */
  private static final int REACH = 16;

  /**
   * So much more is planned than there is time for: the last batches are worth holding for, because
   * with some to choose from the GPU finds a full one. Tried on E7 at 2 × the load: 0 gives 863/s,
   * 36 ms 894/s, 40 ms 892/s, but then more than half of those refused learn it late; on E1 at 10
   * ms 12 ms gives 624/s, 36 ms 663/s.
   */
  private static final long OVERHANG_NANOS = 36_000_000;

  /**
   * A model of which a full batch waits has that one to choose, where the objective leaves time for
   * so many: nothing more is held for it. Tried with batches of 64 ms at 245 ms and 1.2 × the load:
   * refusals come after 0.4 ms instead of 235 ms, and as much is met. Where there is time for one
   * batch alone, those who wait grow stale, and fresh ones are worth holding for: E1 at 10 ms would
   * have 643/s instead of 659/s.
   */
  private static final int ROOMY = 3;

  /** A batch is planned for that share of the objective, and grows while it waits. */
  private static final double GROWING = 0.8;

  /** Batches that take more of the objective are not counted on: hardly anybody could be in one. */
  private static final double LARGEST_SHARE = 0.8;

  /**
   * A GPU whose plans are through within that share of what the objective leaves beside four full
   * batches counts as idle. Tried beside a flood: without it, a tenant that asks for a quarter of 6
   * GPUs leaves them doing 5,269/s instead of 5,338/s; with two batches it would be 5,370/s, but at
   * 50 ms on one GPU a tenant with 40 % of it would lose 14 % instead of 3 %.
   */
  private static final double IDLE_SHARE = 0.25;

  private final Board board;
  private final Notes<Gpu, Plans> plans;
  private final Notes<Model, Line> lines;

  /**
   * Of one GPU: kept apart by objective, in powers of four, as who has time lets others go first.
   */
  private static final class Plans {
    private final long[] nanos = new long[Long.SIZE / 2];

    /** The tightest objective of anybody yet: usually there are few, and far from 0. */
    private int tightest = nanos.length;

    void add(int urgency, long execNanos) {
      nanos[urgency] += execNanos;
      tightest = Math.min(tightest, urgency);
    }

    /** What goes before a request with this objective. */
    long before(int urgency) {
      long sum = 0;
      for (int each = tightest; each <= urgency; each++) {
        sum += nanos[each];
      }
      return sum;
    }
  }

  private static int urgency(Pending request) {
    return (Long.SIZE - 1 - Long.numberOfLeadingZeros(request.sloNanos())) / 2;
  }

  /**
   * A request for which there is no time.
   *
   * @param nanos so late would it be
   * @param untilPlaceNanos if nothing more came, it would have a place so much later
   */
  record Late(long nanos, long untilPlaceNanos) {}

  /** The batches planned for one model: all full but for the last. */
  private static final class Line {
    private final List<Planned> batches = new ArrayList<>();
    private final LastSecond arrivals = new LastSecond();
  }

  private static final class Planned {
    private final Plans plans;
    private final Estimates estimates;
    private final int urgency;
    private long nanos;

    private Planned(Plans plans, Estimates estimates, int urgency) {
      this.plans = plans;
      this.estimates = estimates;
      this.urgency = urgency;
    }

    private void set(long execNanos) {
      plans.add(urgency, execNanos - nanos);
      nanos = execNanos;
    }
  }

  Reservations(Board board) {
    this.board = board;
    this.plans = board.notes(_ -> new Plans());
    this.lines = board.notes(_ -> new Line());
  }

  void arrived(Pending request, long now) {
    line(request.model()).arrivals.add(request.rows(), now);
  }

  /**
   * Finds a place for a request that was just queued: in a planned batch or in a new one.
   *
   * @param full whether batches usually are, so that what is planned will be run as it is
   * @return why it has no place, where it has none
   */
  Optional<Late> place(Pending request, boolean full, long now) {
    Model model = request.model();
    Line line = line(model);
    if (!line.batches.isEmpty()) {
      int each = largest(line.batches.getLast().estimates, request);
      if (model.queue().rows() <= line.batches.size() * each) {
        reckon(model, line, now);
        return Optional.empty();
      }
    }
    int urgency = urgency(request);
    Replica first = null;
    long firstNanos = Long.MAX_VALUE;
    List<Replica> replicas = model.replicas();
    for (int i = 0; i < Math.min(REACH, replicas.size()); i++) {
      Replica replica = replicas.get(i);
      long free = freeNanos(replica, request, now);
      if (free < firstNanos) {
        firstNanos = free;
        first = replica;
      }
    }
    if (first == null) {
      return Optional.empty(); // It waits for a LOAD.
    }
    Estimates estimates = first.estimates();
    boolean roomy =
        ROOMY * estimates.execNanos(largestPlace(estimates, request)) <= request.sloNanos();
    boolean enough = full && roomy && !line.batches.isEmpty();
    // Whoever begins one more batch has to have time for the whole of it, or he would hold it up.
    int rows = enough ? becoming(line, estimates, request, request.rows(), now) : request.rows();
    long late =
        firstNanos
            + estimates.execNanosForRows(rows)
            + first.gpu().host().delays().marginNanos()
            - request.deadlineNanos();
    long overhang = enough ? 0 : OVERHANG_NANOS;
    if (late > overhang) {
      return Optional.of(new Late(late, late - overhang));
    }
    if (!line.batches.isEmpty()) {
      Planned before = line.batches.getLast();
      before.set(before.estimates.execNanosForRows(largest(before.estimates, request)));
    }
    line.batches.add(new Planned(of(first.gpu()), estimates, urgency));
    reckon(model, line, now);
    return Optional.empty();
  }

  /** When what is planned before the request is through on the replica's GPU. */
  private long freeNanos(Replica replica, Pending request, long now) {
    long free =
        board.beginNanos(replica, request.rows(), now) + of(replica.gpu()).before(urgency(request));
    return replica.resident() ? free : free + replica.gpu().load().outstandingNanos(now);
  }

  /**
   * Whether so little is planned for some GPU that whoever comes next, as urgent as this one, finds
   * time behind it, whatever batch comes of it.
   */
  boolean isIdleFor(Pending request, long now) {
    List<Replica> replicas = request.model().replicas();
    for (int i = 0; i < Math.min(REACH, replicas.size()); i++) {
      Replica replica = replicas.get(i);
      Estimates estimates = replica.estimates();
      long four = 4 * estimates.execNanos(largestPlace(estimates, request));
      double spare = IDLE_SHARE * (request.sloNanos() - four);
      if (spare > 0 && replica.resident() && freeNanos(replica, request, now) - now <= spare) {
        return true;
      }
    }
    return false;
  }

  /** GPU time that a request takes in a full batch of those that its objective leaves time for. */
  static double leastNanos(Model model, Request request) {
    Estimates estimates = estimates(model);
    int place = largestPlace(estimates, request.sloNanos(), request.rows());
    return (double) estimates.execNanos(place) * request.rows() / estimates.batch(place);
  }

  /** Of one kind of device: of one that holds the model, where any does. */
  static Estimates estimates(Model model) {
    return model.replicas().isEmpty()
        ? model.estimates().iterator().next()
        : model.replicas().getFirst().estimates();
  }

  /** The model has fewer requests: the plans that nobody is left for are given up. */
  void unqueued(Model model, long now) {
    reckon(model, lines.of(model), now);
  }

  private void reckon(Model model, Line line, long now) {
    int rows = model.queue().rows();
    while (!line.batches.isEmpty()) {
      Planned last = line.batches.getLast();
      int each = rows == 0 ? 1 : largest(last.estimates, model.queue().last());
      int inLast = rows - (line.batches.size() - 1) * each;
      if (inLast > 0) {
        int rowsThen = becoming(line, last.estimates, model.queue().last(), inLast, now);
        last.set(last.estimates.execNanosForRows(rowsThen));
        return;
      }
      last.set(0);
      line.batches.removeLast();
    }
  }

  /** Rows that a batch will have that has so many now, of which the request is the last. */
  private static int becoming(Line line, Estimates estimates, Pending last, int rows, long now) {
    double expected = line.arrivals.sum(now) * (GROWING * last.sloNanos() / LastSecond.NANOS);
    return (int) Math.max(rows, Math.min(largest(estimates, last), expected));
  }

  /** Rows of the largest batch that the request's objective leaves time for. */
  static int largest(Estimates estimates, Pending request) {
    return estimates.batch(largestPlace(estimates, request));
  }

  static int largestPlace(Estimates estimates, Pending request) {
    return largestPlace(estimates, request.sloNanos(), request.rows());
  }

  private static int largestPlace(Estimates estimates, long sloNanos, int rows) {
    int place = estimates.sizes() - 1;
    while (place > 0 && estimates.execNanos(place) > LARGEST_SHARE * sloNanos) {
      place--;
    }
    return Math.max(place, estimates.placeFor(rows));
  }

  void forget(Model model) {
    lines.remove(model).ifPresent(line -> line.batches.forEach(batch -> batch.set(0)));
  }

  private Plans of(Gpu gpu) {
    return plans.of(gpu);
  }

  private Line line(Model model) {
    return lines.of(model);
  }
}
