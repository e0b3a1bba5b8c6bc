package org.clockwork.core.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.Action;
import org.clockwork.core.scheduler.Estimates;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/**
 * Who is told at arrival that nobody will serve him, against plans that are counted anew each time.
 */
class ReservationsTest {
  private static final long MILLIS = Backstage.MILLIS;

  /** A batch that is planned for a model, its time counted from scratch. */
  private static final class Plan {
    private final Model model;
    private final Replica replica;
    private final int urgency;
    private long nanos;

    private Plan(Model model, Replica replica, int urgency) {
      this.model = model;
      this.replica = replica;
      this.urgency = urgency;
    }
  }

  private record Arrival(Model model, int rows, long nanos) {}

  private final List<Plan> plans = new ArrayList<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private Backstage stage = new Backstage(1);

  @Test
  void whoFindsNoPlaceIsToldByHowMuchHeWouldBeLate() {
    Seeds.each(150, seed -> new ReservationsTest().compareWithPlans(Seeds.random(seed)));
  }

  private void compareWithPlans(RandomGenerator chance) {
    int gpus = chance.nextInt(1, 20);
    stage = new Backstage(gpus);
    Reservations reservations = new Reservations(stage.board());
    List<Model> models = List.of(stage.model("m"), stage.model("n"), stage.model("o"));
    for (int i = 0; i < 2; i++) {
      for (int gpu = 0; gpu < gpus; gpu++) {
        if (chance.nextInt(10) == 0) {
          stage.loading(models.get(i), gpu);
        } else if (gpu == 0 || chance.nextInt(4) > 0) {
          stage.resident(models.get(i), gpu);
        }
      }
    }
    Map<Model, List<Pending>> waiting = new HashMap<>();
    for (int step = 0; step < 80; step++) {
      Model model = models.get(chance.nextInt(2));
      List<Pending> queue = waiting.computeIfAbsent(model, _ -> new ArrayList<>());
      switch (chance.nextInt(8)) {
        case 0 -> stage.passes(chance.nextLong(3 * MILLIS));
        case 1 -> {
          if (!queue.isEmpty()) {
            stage.refuses(queue.remove(chance.nextInt(queue.size())));
            queue.removeIf(each -> !each.queued());
            reservations.unqueued(model, stage.now());
            reckon(model);
          }
        }
        case 2 -> {
          Replica replica = model.replicas().get(chance.nextInt(model.replicas().size()));
          if (replica.resident() && chance.nextInt(3) == 0) {
            queue.removeIf(each -> !each.queued());
            if (!queue.isEmpty()) {
              stage.sends(replica, 16, List.of(queue.removeFirst()));
              reservations.unqueued(model, stage.now());
              reckon(model);
            }
          }
        }
        case 3 -> {
          if (chance.nextInt(6) == 0) {
            reservations.forget(model);
            plans.removeIf(plan -> plan.model == model);
            arrivals.removeIf(arrival -> arrival.model() == model);
          }
        }
        default -> {
          // So short that it may be too late, or so long that it lets others go first.
          long slo = MILLIS / 4 * (chance.nextInt(4) == 0 ? 2_400 : chance.nextLong(44, 280));
          Pending request = stage.queues(model, 1 + chance.nextInt(1 + chance.nextInt(5)), slo);
          reservations.arrived(request, stage.now());
          arrivals.add(new Arrival(model, request.rows(), stage.now()));

          boolean full = chance.nextBoolean();
          Optional<Reservations.Late> expected = late(request, full);
          assertEquals(expected, reservations.place(request, full, stage.now()));
          if (expected.isPresent()) {
            stage.refuses(request);
            reservations.unqueued(model, stage.now());
            reckon(model);
          } else {
            queue.add(request);
          }
        }
      }
    }
  }

  private List<Plan> of(Model model) {
    return plans.stream().filter(plan -> plan.model == model).toList();
  }

  /** Powers of four of the objective. */
  private static int urgency(Pending request) {
    int urgency = 0;
    for (long slo = request.request().sloNanos(); slo >= 4; slo /= 4) {
      urgency++;
    }
    return urgency;
  }

  private static int largest(Estimates estimates, Pending request) {
    int largest = 1;
    for (int place = 0; place < estimates.sizes(); place++) {
      boolean holds = place > 0 && estimates.batch(place - 1) < request.rows();
      if (estimates.execNanos(place) <= 0.8 * request.request().sloNanos() || holds) {
        largest = estimates.batch(place);
      }
    }
    return largest;
  }

  private Optional<Reservations.Late> late(Pending request, boolean full) {
    Model model = request.model();
    List<Plan> own = of(model);
    if (!own.isEmpty()) {
      int each = largest(own.getLast().replica.estimates(), request);
      if (model.queue().rows() <= own.size() * each) {
        reckon(model);
        return Optional.empty();
      }
    }
    Replica first = null;
    long soonest = Long.MAX_VALUE;
    for (Replica replica : model.replicas().stream().limit(16).toList()) {
      long free = stage.board().beginNanos(replica, request.rows(), stage.now());
      free += before(replica.gpu(), urgency(request));
      free += replica.resident() ? 0 : replica.gpu().load().outstandingNanos(stage.now());
      if (free < soonest) {
        first = replica;
        soonest = free;
      }
    }
    Estimates estimates = first.estimates();
    // Of a model of which a full batch waits, nobody else is held where there is time for three.
    long three = 3 * estimates.execNanosForRows(largest(estimates, request));
    boolean enough = full && !own.isEmpty() && three <= request.request().sloNanos();
    int rows = enough ? becoming(model, estimates, request, request.rows()) : request.rows();
    long late =
        soonest
            + estimates.execNanosForRows(rows)
            + first.gpu().host().delays().marginNanos()
            - request.deadlineNanos();
    long overhang = enough ? 0 : 36 * MILLIS;
    if (late > overhang) {
      return Optional.of(new Reservations.Late(late, late - overhang));
    }
    if (!own.isEmpty()) {
      Estimates before = own.getLast().replica.estimates();
      own.getLast().nanos = before.execNanosForRows(largest(before, request));
    }
    plans.add(new Plan(model, first, urgency(request)));
    reckon(model);
    return Optional.empty();
  }

  private long before(Gpu gpu, int urgency) {
    return plans.stream()
        .filter(plan -> plan.replica.gpu() == gpu && plan.urgency <= urgency)
        .mapToLong(plan -> plan.nanos)
        .sum();
  }

  /** Only the last planned batch is not full, and takes what it is expected to become. */
  private void reckon(Model model) {
    int rows = model.queue().rows();
    for (List<Plan> own = of(model); !own.isEmpty(); own = of(model)) {
      Plan last = own.getLast();
      Estimates estimates = last.replica.estimates();
      int each = rows == 0 ? 1 : largest(estimates, model.queue().last());
      int inLast = rows - (own.size() - 1) * each;
      if (inLast > 0) {
        int becoming = becoming(model, estimates, model.queue().last(), inLast);
        last.nanos = estimates.execNanosForRows(becoming);
        return;
      }
      plans.remove(last);
    }
  }

  private int becoming(Model model, Estimates estimates, Pending last, int rows) {
    double lastSecond =
        arrivals.stream()
            .filter(arrival -> arrival.model() == model)
            .filter(
                arrival ->
                    Math.floorDiv(arrival.nanos(), 100 * MILLIS)
                        >= Math.floorDiv(stage.now(), 100 * MILLIS) - 9)
            .mapToInt(Arrival::rows)
            .sum();
    double expected = lastSecond * (0.8 * last.request().sloNanos() / 1_000_000_000);
    return (int) Math.max(rows, Math.min(largest(estimates, last), expected));
  }

  @Test
  void whoseModelIsOnNoGpuWaitsForALoad() {
    Reservations reservations = new Reservations(stage.board());

    Pending request = stage.queues(stage.model("m"), 1, 90 * MILLIS);
    assertEquals(Optional.empty(), reservations.place(request, true, stage.now()));
  }

  @Test
  void aGpuThatHasToLoadTheModelFirstIsFreeLater() {
    Reservations reservations = new Reservations(stage.board());
    Model model = stage.model("m");
    stage.loading(model, 0);
    Pending request = stage.queues(model, 1, 14 * MILLIS);
    for (int i = 0; i < 4; i++) {
      stage.loading(stage.model("other" + i, 10), 0);
    }

    Reservations.Late late = reservations.place(request, true, stage.now()).orElseThrow();
    long margin = stage.gpu(0).host().delays().marginNanos();
    long loaded = 5 * 10 * MILLIS + 2 * Backstage.LEG; // To both executors it is a leg.
    assertEquals(loaded + 2 * MILLIS + margin - 14 * MILLIS, late.nanos());
  }

  /** Of a hundred milliseconds four full batches leave 32, a quarter of which are 8. */
  @Test
  void aGpuCountsAsIdleWhereLittleIsPlannedForIt() {
    Reservations reservations = new Reservations(stage.board());
    Replica replica = stage.resident(stage.model("m"), 0);
    Pending request = stage.queues(replica.model(), 1, 100 * MILLIS);
    assertTrue(reservations.isIdleFor(request, stage.now()));

    Action.Infer short5 = stage.keepsBusy(replica, 4);
    assertTrue(reservations.isIdleFor(request, stage.now()));
    stage.succeeds(short5);
    stage.keepsBusy(replica, 8);

    assertFalse(reservations.isIdleFor(request, stage.now()), "for 9 ms");
  }

  @Test
  void itIsIdleToTheNanosecond() {
    Reservations reservations = new Reservations(stage.board());
    Replica replica = stage.resident(stage.model("m"), 0);
    stage.keepsBusy(replica, 8);
    long slo = 4 * 17 * MILLIS + 4 * (9 * MILLIS + Backstage.LEG);

    Pending enough = stage.queues(replica.model(), 1, slo);
    Pending tight = stage.queues(replica.model(), 1, slo - 1);

    assertTrue(reservations.isIdleFor(enough, stage.now()));
    assertFalse(reservations.isIdleFor(tight, stage.now()));
  }

  @Test
  void whoseObjectiveLeavesNoTimeBesideFourBatchesFindsNoGpuIdle() {
    Reservations reservations = new Reservations(stage.board());
    Replica replica = stage.resident(stage.model("m"), 0);

    Pending request = stage.queues(replica.model(), 1, 60 * MILLIS);

    assertFalse(reservations.isIdleFor(request, stage.now()));
  }

  @Test
  void aGpuThatIsStillLoadingTheModelIsNotIdle() {
    Reservations reservations = new Reservations(stage.board());
    Model model = stage.model("m");
    stage.loading(model, 0);

    Pending request = stage.queues(model, 1, 500 * MILLIS);

    assertFalse(reservations.isIdleFor(request, stage.now()));
  }

  @Test
  void aRequestCostsItsPartOfTheLargestBatchThatItsObjectiveLeavesTimeFor() {
    Model model = stage.resident(stage.model("m"), 0).model();
    Pending calm = stage.queues(model, 2, 900 * MILLIS);
    Pending hurried = stage.queues(model, 2, 12 * MILLIS);

    assertEquals(2 * 17 * MILLIS / 16.0, Reservations.leastNanos(model, calm.request()));
    assertEquals(2 * 9 * MILLIS / 8.0, Reservations.leastNanos(model, hurried.request()));
  }
}
