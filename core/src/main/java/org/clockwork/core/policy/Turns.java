package org.clockwork.core.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Notes;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;

/**
 * Says when who is refused may come again, and keeps the word: whoever does so at that time has a
 * turn, and stands behind nobody who has none. Under steady overload no other hint could be
 * expected to succeed.
 *
 * <p>Turns of one model come in rounds, a batch at a time, and rounds are spread so that they take
 * a share of each GPU and leave the rest to those who come for the first time. Most do not come
 * back, so a round has more turns than a batch has places; how many more, experience says.
 */
final class Turns {
  /** Nobody is told to come again sooner: others who are refused with him share his round. */
  private static final long SOONEST_NANOS = 5_000_000;

  /** Beyond that nothing is promised. */
  private static final long LATEST_NANOS = 10_000_000_000L;

  /** A turn is kept for those who come so much late: clients have timers of their own. */
  private static final long KEPT_NANOS = 100_000_000;

  /** Of a GPU's time, at most this goes to those who were told to come. */
  private static final double SHARE = 0.5;

  /** GPUs looked at for one round. */
  private static final int REACH = 16;

  /** Turns that are kept at a time, of all models. */
  private static final int TURNS_MAX = 100_000;

  /**
   * So many more may come than lately did before a round is too full. Tried on E7 at 8 × the load:
   * of those who come at their turn 88 % succeed with 1.5, 92 % with this.
   */
  private static final double MORE = 2;

  /**
   * Of those who have a turn at least this part is expected to come. Hints are the longer for it,
   * and closed loops that wait for them offer less: E1 at 10 ms has 630/s with 1/32, 662/s with
   * this.
   */
  private static final double COMING_MIN = 1.0 / 1_000;

  /** What came of so many turns is remembered, fading. */
  private static final double REMEMBERED = 2_000;

  private final Notes<Gpu, Calendar> execs;
  private final Calendar loads = new Calendar();
  private final Notes<Model, Line> lines;

  /** Who waits and has a turn, by model; usually nobody does. */
  private final Map<Model, Set<Pending>> waiting = new HashMap<>();

  private final Map<RequestId, Turn> turns = new HashMap<>();

  /** In the order in which they were opened. */
  private final Deque<Round> rounds = new ArrayDeque<>();

  /** Rows that had a turn, and those of them that came. */
  private double ended = 1;

  private double came = 1;

  /** What is expected of a GPU's EXEC executor, or of the LOAD executors of all. */
  private static final class Calendar {
    private long bookedUntilNanos = Long.MIN_VALUE;
  }

  /** Of one model. */
  private static final class Line {
    private Optional<Round> last = Optional.empty();
  }

  /** Turns at the same time. */
  private static final class Round {
    private final long dueNanos;
    private final Calendar calendar;
    private final long taskNanos;
    private final Set<RequestId> holders = new HashSet<>();
    private int rows;
    private long bookedNanos;

    private Round(long dueNanos, Calendar calendar, long taskNanos) {
      this.dueNanos = dueNanos;
      this.calendar = calendar;
      this.taskNanos = taskNanos;
      calendar.bookedUntilNanos = dueNanos;
    }

    private void join(int more, double coming) {
      rows += more;
      long booked = (long) (taskNanos * Math.min(1, coming * rows) / SHARE);
      calendar.bookedUntilNanos += booked - bookedNanos;
      bookedNanos = booked;
    }
  }

  private record Turn(Model model, String tenant, Round round) {
    long dueNanos() {
      return round.dueNanos;
    }
  }

  Turns(Board board) {
    this.execs = board.notes(_ -> new Calendar());
    this.lines = board.notes(_ -> new Line());
  }

  /**
   * Gives a turn to a request that is about to be refused.
   *
   * @param soonestNanos from now until there could be time for it
   * @param gpus that there are to load onto
   * @return from now until its turn; 0 where there is none to give
   */
  long give(Pending refused, long soonestNanos, int gpus, long now) {
    endOld(now);
    if (turns.size() >= TURNS_MAX) {
      return 0;
    }
    Model model = refused.model();
    Line line = lines.of(model);
    double coming = Math.clamp(MORE * came / ended, COMING_MIN, 1);
    Round round = line.last.orElse(null);
    if (round == null
        || round.dueNanos < now + Math.max(SOONEST_NANOS, soonestNanos)
        || round.rows + refused.rows()
            > Reservations.largest(Reservations.estimates(model), refused) / coming) {
      Calendar calendar = model.replicas().isEmpty() ? loads : firstFree(model);
      long due = Math.max(now + Math.max(SOONEST_NANOS, soonestNanos), calendar.bookedUntilNanos);
      if (due > now + LATEST_NANOS) {
        return 0;
      }
      round = new Round(due, calendar, taskNanos(model, refused, gpus));
      rounds.add(round);
      line.last = Optional.of(round);
    }
    round.join(refused.rows(), coming);
    keep(refused, new Turn(model, refused.request().tenant(), round));
    return round.dueNanos - now;
  }

  private static long taskNanos(Model model, Pending refused, int gpus) {
    Estimates estimates = Reservations.estimates(model);
    return model.replicas().isEmpty()
        ? model.shortestLoadNanos() / Math.max(1, gpus)
        : estimates.execNanos(Reservations.largestPlace(estimates, refused));
  }

  private Calendar firstFree(Model model) {
    List<Replica> replicas = model.replicas();
    Calendar first = execs.of(replicas.getFirst().gpu());
    for (int i = 1; i < Math.min(REACH, replicas.size()); i++) {
      Calendar each = execs.of(replicas.get(i).gpu());
      if (each.bookedUntilNanos < first.bookedUntilNanos) {
        first = each;
      }
    }
    return first;
  }

  /** A request has come: whether it is its turn. */
  boolean arrived(Pending request, long now) {
    Optional<Turn> turn = of(request).filter(own -> now >= own.dueNanos());
    turn.ifPresent(own -> take(request, own));
    boolean inTime = turn.filter(own -> now <= own.dueNanos() + KEPT_NANOS).isPresent();
    if (inTime) {
      came += request.rows();
      waiting.computeIfAbsent(request.model(), _ -> new HashSet<>()).add(request);
    }
    return inTime;
  }

  /** So long until its turn; 0 or less where it is its turn, or it has none. */
  long untilNanos(Pending request, long now) {
    return of(request).map(turn -> turn.dueNanos() - now).orElse(0L);
  }

  /** Who came too soon and is refused keeps the turn under the new name. */
  void keep(Pending request) {
    of(request)
        .ifPresent(
            turn -> {
              take(request, turn);
              keep(request, turn);
            });
  }

  private void keep(Pending request, Turn turn) {
    turns.put(request.request().id(), turn);
    turn.round.holders.add(request.request().id());
  }

  private void take(Pending request, Turn turn) {
    RequestId refused = request.request().retryOf().orElseThrow();
    turns.remove(refused);
    turn.round.holders.remove(refused);
  }

  /** The turn that the request asks for, where it is its own. */
  private Optional<Turn> of(Pending request) {
    Request asked = request.request();
    return asked
        .retryOf()
        .map(turns::get)
        .filter(turn -> turn.model == request.model() && turn.tenant.equals(asked.tenant()));
  }

  /** Whether it waits, and has a turn. */
  boolean has(Pending request) {
    return waiting.getOrDefault(request.model(), Set.of()).contains(request);
  }

  /** Of those who wait for this model and have a turn; the end of time where nobody does. */
  long firstDeadlineNanos(Model model) {
    if (!areWaitedFor(model)) {
      return Long.MAX_VALUE;
    }
    long first = Long.MAX_VALUE;
    for (Pending each : waiting.get(model)) {
      first = Math.min(first, each.deadlineNanos());
    }
    return first;
  }

  /** Whether somebody who has a turn waits for this model. */
  boolean areWaitedFor(Model model) {
    return !waiting.isEmpty() && waiting.containsKey(model);
  }

  void unqueued(Model model, List<Pending> requests) {
    if (areWaitedFor(model)) {
      Set<Pending> here = waiting.get(model);
      requests.forEach(here::remove);
      if (here.isEmpty()) {
        waiting.remove(model);
      }
    }
  }

  void forget(Model model) {
    lines.remove(model);
    waiting.remove(model);
  }

  /** Rounds may end in another order than they were opened in, but none much later. */
  private void endOld(long now) {
    while (!rounds.isEmpty() && rounds.peek().dueNanos + KEPT_NANOS < now) {
      Round round = rounds.poll();
      round.holders.forEach(turns::remove);
      ended += round.rows;
      if (ended > REMEMBERED) {
        came *= REMEMBERED / ended;
        ended = REMEMBERED;
      }
    }
  }
}
