package org.clockwork.benchmarks.scheduler;

import java.util.Random;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/**
 * The production scheduler and everything that it talks to, in one thread and in virtual time:
 * arrivals come by their rate, its actions come back as outcomes, it is woken when it asked to be.
 * Everything but the scheduler is as cheap as can be.
 */
final class ClosedWorld implements Commands {
  /** Long enough for queues, pages and spread to settle. */
  private static final long SETTLING_NANOS = 2_000_000_000;

  private static final long SETTLING_EVENTS_MAX = 200_000;

  private final Receiver receiver;
  private final Arrivals arrivals;
  private final VirtualWorkers workers;
  private long wakeNanos = Long.MAX_VALUE;
  private long now;
  private long events;
  private long ended;
  private long met;

  /** Who gets the events: the scheduler, or something that decides nothing. */
  @FunctionalInterface
  interface Receiver {
    void on(Event event, long now, Commands out);
  }

  private ClosedWorld(Receiver receiver, Arrivals arrivals, VirtualWorkers workers) {
    this.receiver = receiver;
    this.arrivals = arrivals;
    this.workers = workers;
  }

  /**
   * A settled cluster.
   *
   * @param load requests offered, as a multiple of what the GPUs could do if all batches were full
   */
  static ClosedWorld scheduled(Cell cell, double load, String policy) {
    Scheduler scheduler = new Scheduler(1, SchedulerConfig.DEFAULT, Policies.named(policy));
    return settled(cell, load, scheduler::on);
  }

  /** The same arrivals, each run by itself on the next GPU: the cost of the closed world alone. */
  static ClosedWorld unscheduled(Cell cell, double load) {
    return settled(cell, load, new Straight());
  }

  static ClosedWorld settled(Cell cell, double load, Receiver receiver) {
    Random random = new Random(1);
    Mix mix = Mix.of(cell.models(), random);
    double perSecond = load * cell.gpus() * 1e9 / mix.execNanos();
    ClosedWorld world =
        new ClosedWorld(
            receiver, new Arrivals(mix, perSecond, random), new VirtualWorkers(mix, cell.gpus()));
    world.furnish(mix);
    long settled = world.now + SETTLING_NANOS;
    for (long i = 0; i < SETTLING_EVENTS_MAX && world.now < settled; i++) {
      world.step();
    }
    return world;
  }

  /** Workers join, models are registered; nobody asks for anything yet. */
  private void furnish(Mix mix) {
    arrivals.beginAt(Long.MAX_VALUE);
    for (Announcement announcement : workers.announcements()) {
      feed(new Event.WorkerAnnounced(announcement));
    }
    for (int i = 0; i < mix.models().size(); i++) {
      String source = mix.models().get(i).kind().name();
      feed(new Event.ModelWanted(source + "#" + i, source));
    }
    while (workers.nextNanos() != Long.MAX_VALUE) {
      step();
    }
    arrivals.beginAt(now);
  }

  /** Feeds one event, whichever comes next. */
  void step() {
    long outcome = workers.nextNanos();
    long arrival = arrivals.nextNanos();
    if (wakeNanos < outcome && wakeNanos < arrival) {
      now = wakeNanos;
      wakeNanos = Long.MAX_VALUE;
      feed(new Event.WakeUp());
    } else if (outcome <= arrival) {
      now = outcome;
      feed(workers.next());
    } else {
      now = arrival;
      feed(new Event.RequestArrived(arrivals.next()));
    }
  }

  private void feed(Event event) {
    events++;
    receiver.on(event, now, this);
  }

  /** What has happened so far; the difference of two gives what happened between. */
  Census census() {
    return new Census(events, ended, met, workers.loads());
  }

  /**
   * @param events fed to the scheduler, of all kinds
   * @param ended requests that ended, one way or another
   * @param met those of them that ended inside their objective
   * @param loads LOADs that were sent
   */
  record Census(long events, long ended, long met, long loads) {
    Census since(Census earlier) {
      return new Census(
          events - earlier.events, ended - earlier.ended, met - earlier.met, loads - earlier.loads);
    }
  }

  @Override
  public void send(WorkerId worker, Action action) {
    workers.take(worker, action, now);
  }

  @Override
  public void wakeAt(long nanos) {
    wakeNanos = Math.max(nanos, now);
  }

  @Override
  public void emit(Telemetry event) {
    if (event instanceof Telemetry.RequestEnded request) {
      ended++;
      met += request.met() ? 1 : 0;
    }
  }

  @Override
  public void tell(Verdict verdict) {}

  @Override
  public void publish(ModelStatus status) {}
}
