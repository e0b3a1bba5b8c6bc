package org.clockwork.test.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Window;
import org.clockwork.core.device.Executor;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.worker.ExecutorQueue;
import org.clockwork.core.worker.ExecutorQueue.Next;
import org.clockwork.core.worker.Task;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

class ExecutorQueueTest {
  private final ExecutorQueue queue = new ExecutorQueue(100);

  @Test
  void nothingToDoIsIdle() {
    assertInstanceOf(Next.Idle.class, queue.next(0));
  }

  @Test
  void aTaskWaitsForItsWindowAndRunsAtBothOfItsEnds() {
    Task task = task(1, 10, 20);
    queue.add(task);
    assertEquals(new Next.WaitUntil(10), queue.next(9));
    assertEquals(new Next.Run(task), queue.next(10));
    queue.add(task);
    assertEquals(new Next.Run(task), queue.next(20));
    assertEquals(0, queue.size());
  }

  @Test
  void aTaskThatMissedItsWindowIsRefusedWithItsLateness() {
    Task task = task(1, 10, 20);
    queue.add(task);
    assertEquals(new Next.Refuse(task, 1), queue.next(21));
    assertInstanceOf(Next.Idle.class, queue.next(21));
  }

  @Test
  void aLaterArrivalWithAnEarlierWindowOvertakesOneThatWaits() {
    Task sleeper = task(1, 100, 200);
    Task urgent = task(2, 50, 60);
    queue.add(sleeper);
    assertEquals(new Next.WaitUntil(100), queue.next(0));
    queue.add(urgent);
    assertEquals(new Next.WaitUntil(50), queue.next(0));
    assertEquals(new Next.Run(urgent), queue.next(50));
    assertEquals(new Next.WaitUntil(100), queue.next(55));
  }

  @Test
  void windowsThatOpenTogetherGoByTheirEndAndEqualOnesByArrival() {
    Task first = task(1, 10, 30);
    Task second = task(2, 10, 30);
    Task urgent = task(3, 10, 20);
    queue.add(first);
    queue.add(second);
    queue.add(urgent);
    assertEquals(new Next.Run(urgent), queue.next(10));
    assertEquals(new Next.Run(first), queue.next(10));
    assertEquals(new Next.Run(second), queue.next(10));
  }

  @Test
  void anUnloadRunsBeforeTheLoadThatFollowsIt() {
    Task load = task(2, 0, 10);
    Task unload = new Task.Unload(new ActionId(1, 1), 0, new ModelId(0), Executor.LOAD);
    queue.add(load);
    queue.add(unload);
    assertEquals(new Next.Run(unload), queue.next(5));
  }

  @Test
  void atItsBoundItTakesNoMore() {
    ExecutorQueue small = new ExecutorQueue(1);
    assertTrue(small.add(task(1, 0, 1)));
    assertFalse(small.add(task(2, 0, 1)));
    assertEquals(1, small.size());
  }

  /** Compared with the plainest queue there is: a list, sorted at each turn. */
  @Test
  void everyTaskLeavesOnceInOrderAndNoneOutsideItsWindow() {
    Seeds.each(
        3_000,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          ExecutorQueue tried = new ExecutorQueue(1_000);
          List<Task> plain = new ArrayList<>();
          long nowNanos = 0;
          for (int turn = 0; turn < 60; turn++) {
            if (random.nextBoolean()) {
              long earliestNanos = nowNanos - 5 + random.nextInt(20);
              Task task = task(turn, earliestNanos, earliestNanos + random.nextInt(6));
              assertTrue(tried.add(task));
              plain.add(task);
            } else {
              assertEquals(plainNext(plain, nowNanos), tried.next(nowNanos));
            }
            nowNanos += random.nextInt(4);
            assertEquals(plain.size(), tried.size());
          }
        });
  }

  private static Next plainNext(List<Task> plain, long nowNanos) {
    if (plain.isEmpty()) {
      return new Next.Idle();
    }
    plain.sort(
        Comparator.comparingLong((Task task) -> task.window().earliestNanos())
            .thenComparingLong(task -> task.window().latestNanos())
            .thenComparing(Task::action));
    Window window = plain.getFirst().window();
    if (nowNanos < window.earliestNanos()) {
      return new Next.WaitUntil(window.earliestNanos());
    }
    Task task = plain.removeFirst();
    return nowNanos <= window.latestNanos()
        ? new Next.Run(task)
        : new Next.Refuse(task, nowNanos - window.latestNanos());
  }

  private static Task task(long action, long earliestNanos, long latestNanos) {
    return new Task.Load(
        new ActionId(1, action),
        0,
        new ModelId(0),
        new PageSet(0),
        Executor.LOAD,
        new Window(earliestNanos, latestNanos));
  }
}
