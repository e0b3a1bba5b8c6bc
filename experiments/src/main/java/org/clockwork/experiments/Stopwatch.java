package org.clockwork.experiments;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Consumer;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.sim.Tap;

/**
 * Times the scheduler, and nothing that the simulator does on its behalf: it stands still while a
 * message is put on a simulated wire. What it shows is wall time less the share of time in which
 * the thread did not run at all.
 */
class Stopwatch implements Tap {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final long begunNanos = System.nanoTime();
  private final long begunCpuNanos = THREADS.getCurrentThreadCpuTime();
  private long since;
  private long nanos;

  /** The thread that asks must be the one that made it. */
  final double seconds() {
    double wallNanos = Math.max(1, System.nanoTime() - begunNanos);
    double cpuNanos = THREADS.getCurrentThreadCpuTime() - begunCpuNanos;
    return nanos / 1e9 * Math.min(1, cpuNanos / wallNanos);
  }

  private void start() {
    since = System.nanoTime();
  }

  private void stop() {
    nanos += System.nanoTime() - since;
  }

  /** What the controller does to have the event; timed. */
  void read(Event event) {}

  /** What it does to send this; timed. */
  void write(Object message) {}

  /** What others have done before the event comes; not timed. */
  void prepare(Event event) {}

  @Override
  public final void deciding(Event event, Runnable decision) {
    prepare(event);
    start();
    read(event);
    decision.run();
    stop();
  }

  @Override
  public final void decided(WorkerId worker, Action action, Line line) {
    write(action);
    stop();
    line.send(action);
    start();
  }

  @Override
  public final void decided(Verdict verdict, Consumer<Verdict> onward) {
    write(verdict);
    stop();
    onward.accept(verdict);
    start();
  }
}
