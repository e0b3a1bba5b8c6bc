package org.clockwork.worker;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Span;
import org.clockwork.core.worker.ExecutorQueue;
import org.clockwork.core.worker.ExecutorQueue.Next;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;
import org.clockwork.core.worker.TaskRunner;
import org.clockwork.gpunative.PreciseWaiter;
import org.jctools.queues.MpscArrayQueue;

/**
 * One executor of one device: a thread of its own that runs one task at a time, each in its window.
 * While there is nothing to do the thread is given back, so that Vert.x can stop the verticle.
 */
final class ExecutorVerticle extends VerticleBase {
  private final MpscArrayQueue<Task> inbox;
  private final ExecutorQueue queue;
  private final TaskRunner runner;
  private final PreciseWaiter waiter;
  private final BiConsumer<Task, TaskResult> ended;
  private final Supplier<Future<?>> drained;

  /** The thread is at work, or about to be. */
  private final AtomicBoolean awake = new AtomicBoolean();

  /** Where the work is done; until there was any, a thread that doesn't mind being unparked. */
  private volatile Thread thread = Thread.currentThread();

  /** Tasks whose window is yet to open are given up instead of waited for. */
  private volatile boolean hurried;

  /**
   * @param ended called on this executor's thread; must not block
   * @param drained asked when the verticle is to stop, which then waits for it: tasks may still
   *     come
   */
  ExecutorVerticle(
      int capacity,
      TaskRunner runner,
      PreciseWaiter waiter,
      BiConsumer<Task, TaskResult> ended,
      Supplier<Future<?>> drained) {
    this.inbox = new MpscArrayQueue<>(Math.max(capacity, 2));
    this.queue = new ExecutorQueue(capacity);
    this.runner = runner;
    this.waiter = waiter;
    this.ended = ended;
    this.drained = drained;
  }

  /** One thread, which nobody else has, of that name. */
  static DeploymentOptions onThreadOfItsOwn(String name) {
    return new DeploymentOptions()
        .setThreadingModel(ThreadingModel.WORKER)
        .setWorkerPoolName(name)
        .setWorkerPoolSize(1)
        // The loop may be at work for days; that is no blocked thread.
        .setMaxWorkerExecuteTime(Long.MAX_VALUE)
        .setMaxWorkerExecuteTimeUnit(TimeUnit.NANOSECONDS);
  }

  /** From any thread. The end is always told later, never from within this call. */
  void submit(Task task) {
    if (!inbox.offer(task)) {
      fail(task, ErrorCode.RUNTIME_ERROR, "its queue is full");
    }
    if (awake.compareAndSet(false, true)) {
      context.runOnContext(_ -> work());
    } else {
      LockSupport.unpark(thread);
    }
  }

  /** From any thread: what still waits for its window is given up. */
  void hurry() {
    hurried = true;
    LockSupport.unpark(thread);
  }

  @Override
  public Future<?> stop() {
    return drained.get();
  }

  private void work() {
    thread = Thread.currentThread();
    waiter.enter();
    do {
      boolean busy = true;
      while (busy) {
        busy = step();
      }
      awake.set(false);
      // A task that came between the last look and giving up is still ours to see.
    } while (!inbox.isEmpty() && awake.compareAndSet(false, true));
  }

  /** Does what is next; false where there is nothing. */
  private boolean step() {
    inbox.drain(this::enqueue);
    switch (queue.next(waiter.nanos())) {
      case Next.Run(Task task) -> ended.accept(task, runner.run(task));
      case Next.Refuse(Task task, long lateNanos) ->
          ended.accept(task, new TaskResult.TooLate(task.window().latestNanos() + lateNanos));
      case Next.WaitUntil(long nanos) -> waitUntil(nanos);
      case Next.Idle _ -> {
        return false;
      }
    }
    return true;
  }

  private void enqueue(Task task) {
    if (!queue.add(task)) {
      fail(task, ErrorCode.RUNTIME_ERROR, "its queue is full");
    }
  }

  private void waitUntil(long nanos) {
    if (hurried) {
      queue.removeAll(task -> fail(task, ErrorCode.CANCELLED, "the worker is stopping"));
    } else {
      waiter.waitUntil(nanos, () -> hurried || !inbox.isEmpty());
    }
  }

  private void fail(Task task, ErrorCode code, String reason) {
    long nowNanos = waiter.nanos();
    Span span = new Span(nowNanos, nowNanos);
    ended.accept(task, new TaskResult.Failed(span, code, reason));
  }
}
