package org.clockwork.core.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;
import org.clockwork.test.scheduler.Backstage;
import org.junit.jupiter.api.Test;

/** The queue of one model, against a sorted set. */
class RequestQueueTest {
  private static final int SEEDS = 200;

  @Test
  void behavesAsASetSortedByDeadlineAndArrivalWhoeverComesAndLeaves() {
    List<Pending> waiting = requests(48);
    Seeds.each(SEEDS, seed -> compareWithASortedSet(waiting, Seeds.random(seed)));
  }

  /** Of one or more rows, some to run alone, many with the same deadlines. */
  private static List<Pending> requests(int count) {
    Backstage stage = new Backstage(1);
    Model model = stage.resident(stage.model("m"), 0).model();
    RandomGenerator chance = Seeds.random(0);
    List<Pending> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int rows = i % 4 == 0 ? chance.nextInt(1, 5) : 1;
      Pending request = stage.queues(model, rows, chance.nextLong(20, 40) * Backstage.MILLIS);
      request.alone = i % 7 == 0;
      requests.add(request);
    }
    return requests;
  }

  private static void compareWithASortedSet(List<Pending> requests, RandomGenerator chance) {
    RequestQueue queue = new RequestQueue();
    NavigableSet<Pending> sorted =
        new TreeSet<>(
            Comparator.comparingLong(Pending::deadlineNanos).thenComparingLong(Pending::sequence));
    int growing = chance.nextInt(1, 4); // Against leaving: some runs fill up, others stay small.
    for (int step = 0; step < 150; step++) {
      Pending request = requests.get(chance.nextInt(requests.size()));
      if (chance.nextInt(4) < growing && !sorted.contains(request)) {
        queue.add(request);
        sorted.add(request);
      } else {
        Pending leaving = sorted.isEmpty() || chance.nextInt(3) > 0 ? request : sorted.first();
        queue.remove(leaving); // Perhaps one that is not in it.
        sorted.remove(leaving);
      }
      compare(sorted, queue, request);
    }
  }

  private static void compare(NavigableSet<Pending> sorted, RequestQueue queue, Pending any) {
    List<Pending> all = List.copyOf(sorted);
    assertEquals(all, queue.snapshot());
    assertEquals(all.size(), queue.size());
    assertEquals(all.isEmpty(), queue.isEmpty());
    assertEquals(all.stream().mapToInt(Pending::rows).sum(), queue.rows());
    assertEquals(all.stream().allMatch(each -> each.rows() == 1 && !each.alone()), queue.plain());
    assertEquals(all.stream().findFirst(), queue.head());
    if (!all.isEmpty()) {
      assertEquals(all.getFirst(), queue.first());
      assertEquals(all.getLast(), queue.last());
    }
    assertEquals(Optional.ofNullable(sorted.higher(any)), queue.after(any));
    for (long each = any.deadlineNanos() - 1; each <= any.deadlineNanos() + 1; each++) {
      long deadline = each;
      List<Pending> from =
          all.stream().filter(pending -> pending.deadlineNanos() >= deadline).toList();
      assertEquals(from, List.copyOf(queue.from(deadline)));
      assertEquals(from.stream().findFirst(), queue.headFrom(deadline));
    }
  }

  @Test
  void nobodyIsFirstOrLastInAnEmptyQueue() {
    RequestQueue queue = new RequestQueue();

    assertThrows(NoSuchElementException.class, queue::first);
    assertThrows(NoSuchElementException.class, queue::last);
    assertEquals(Optional.empty(), queue.head());
  }

  @Test
  void whatIsSeenFromADeadlineOnIsAsLongAsWhatIsLeft() {
    List<Pending> requests = requests(3);
    RequestQueue queue = new RequestQueue();
    requests.forEach(queue::add);

    assertEquals(3, queue.from(Long.MIN_VALUE).size());
    assertEquals(0, queue.from(Long.MAX_VALUE).size());
  }
}
