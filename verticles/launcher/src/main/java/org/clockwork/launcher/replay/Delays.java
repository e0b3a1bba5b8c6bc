package org.clockwork.launcher.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Disturbance;
import org.clockwork.core.device.Executor;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.sim.Legs;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.core.worker.Task;

/**
 * What messages and devices took in a recorded run, over its time, so that a simulated one meets
 * the same: also the moment when everything stood still.
 */
final class Delays implements Consumer<Entry.Turn> {
  /** A request that was asked for again, of another controller, was not on its way so long. */
  private static final long LEG_NANOS_MAX = 100_000_000;

  private final Fleet fleet;
  private final Course requests = new Course();
  private final Course actions = new Course();
  private final Course outcomes = new Course();

  /** On an idle GPU, from the action's coming to the beginning of EXEC. */
  private final Course starting = new Course();

  /** On a busy GPU, from one EXEC's end to the beginning of the next. */
  private final Course between = new Course();

  /** EXEC beyond its profile. */
  private final Course longer = new Course();

  /** From the end of EXEC to that of OUTPUT. */
  private final Course output = new Course();

  /** LOAD beyond its profile. */
  private final Course longerLoads = new Course();

  /** From when the controller's timer should have rung until the scheduler was woken. */
  private final Course wakeUps = new Course();

  private final TimerSteps timer = new TimerSteps();

  private final Map<ActionId, Sent> sent = new HashMap<>();
  private final Map<GpuId, Long> freeNanos = new HashMap<>();

  private record Sent(WorkerId worker, Action action, long nanos) {}

  /**
   * @param fleet knows the profiles, and hears of each turn before
   */
  Delays(Fleet fleet) {
    this.fleet = fleet;
  }

  @Override
  public void accept(Entry.Turn turn) {
    if (turn.event() instanceof Event.RequestArrived(var request)) {
      leg(requests, request.arrivedNanos(), turn.nanos());
    } else if (turn.event() instanceof Event.ActionEnded(WorkerId _, Outcome outcome)) {
      ended(outcome, turn.nanos());
    } else if (turn.event() instanceof Event.WorkerLeft(WorkerId worker)) {
      sent.values().removeIf(action -> action.worker().equals(worker));
    } else if (turn.event() instanceof Event.WakeUp) {
      woken(turn.nanos());
    }
    for (Command command : turn.commands()) {
      if (command instanceof Command.Send(WorkerId worker, Action action)) {
        sent.put(action.id(), new Sent(worker, action, turn.nanos()));
      } else if (command instanceof Command.WakeAt(long nanos)) {
        timer.set(turn.nanos(), nanos);
      }
    }
  }

  private void woken(long nowNanos) {
    if (timer.isDue(nowNanos)) {
      wakeUps.add(timer.wakesNanos(), nowNanos - timer.wakesNanos());
      timer.woke();
    }
  }

  private static void leg(Course course, long fromNanos, long toNanos) {
    course.add(fromNanos, Math.min(LEG_NANOS_MAX, toNanos - fromNanos));
  }

  private void ended(Outcome outcome, long nowNanos) {
    Sent action = sent.remove(outcome.action());
    if (action == null) {
      return;
    }
    leg(actions, action.nanos(), outcome.stamps().receivedNanos());
    leg(outcomes, outcome.stamps().sentNanos(), nowNanos);
    if (action.action() instanceof Action.Infer infer) {
      GpuId gpu = new GpuId(action.worker(), infer.gpu());
      if (outcome instanceof Outcome.Inferred done) {
        began(gpu, infer, outcome.stamps(), done.exec().begunNanos());
        inferred(gpu, infer, done);
      } else if (outcome instanceof Outcome.Refused refused && tooLate(refused.code())) {
        // It would have begun after that.
        began(gpu, infer, outcome.stamps(), outcome.stamps().sentNanos());
      }
    }
    if (action.action() instanceof Action.Load load && outcome instanceof Outcome.Loaded done) {
      fleet
          .profiles(new GpuId(action.worker(), load.gpu()), load.model())
          .ifPresent(
              profiles ->
                  longerLoads.add(
                      done.load().begunNanos(), done.load().nanos() - profiles.loadNanos()));
    }
  }

  private static boolean tooLate(ErrorCode code) {
    return code == ErrorCode.COULD_NOT_START_IN_TIME
        || code == ErrorCode.INPUT_TOO_LATE
        || code == ErrorCode.EXEC_TOO_LATE;
  }

  private void began(GpuId gpu, Action.Infer infer, Outcome.Stamps stamps, long begunNanos) {
    long receivedNanos = Math.max(stamps.receivedNanos(), infer.window().earliestNanos());
    long freeSinceNanos = freeNanos.getOrDefault(gpu, Long.MIN_VALUE);
    if (receivedNanos <= freeSinceNanos) {
      between.add(freeSinceNanos, begunNanos - freeSinceNanos);
    } else {
      starting.add(receivedNanos, begunNanos - receivedNanos);
    }
  }

  private void inferred(GpuId gpu, Action.Infer infer, Outcome.Inferred done) {
    long begunNanos = done.exec().begunNanos();
    long endedNanos = done.exec().endedNanos();
    freeNanos.put(gpu, endedNanos);
    output.add(endedNanos, done.output().endedNanos() - endedNanos);
    fleet
        .profiles(gpu, infer.model())
        .map(profiles -> profiles.bucket(infer.bucket()).execNanos().get(infer.batch()))
        .ifPresent(profiled -> longer.add(begunNanos, endedNanos - begunNanos - profiled));
  }

  /** What there is to say of them, in the order of a request's way. */
  List<Measured> measured() {
    return List.of(
        requests.measured("request's way from gateway to controller"),
        wakeUps.measured("controller's timer beyond its step of 1 ms"),
        actions.measured("action's way from controller to worker"),
        starting.measured("window's opening to EXEC, GPU idle"),
        between.measured("one EXEC's end to the next, GPU busy"),
        longer.measured("EXEC beyond its profile"),
        output.measured("EXEC's end to OUTPUT's"),
        outcomes.measured("outcome's way from worker to controller"),
        longerLoads.measured("LOAD beyond its profile"));
  }

  /**
   * @param offsetNanos of recorded times before the simulated ones
   */
  Legs legs(long offsetNanos) {
    long longestNanos =
        Math.max(requests.longest(), Math.max(actions.longest(), outcomes.longest()));
    return new Legs() {
      @Override
      public long nanos(Leg leg, long sentNanos, RandomGenerator chance) {
        long time = sentNanos + offsetNanos;
        return switch (leg) {
          case GATEWAY_TO_CONTROLLER, CONTROLLER_TO_GATEWAY -> requests.at(time);
          case CONTROLLER_TO_WORKER, GATEWAY_TO_WORKER -> actions.at(time);
          case WORKER_TO_CONTROLLER, WORKER_TO_GATEWAY -> outcomes.at(time);
        };
      }

      @Override
      public long longestNanos() {
        return longestNanos;
      }
    };
  }

  /** What steps take beyond their profiles. */
  Disturbance disturbance(long offsetNanos, LongSupplier simulatedNanos) {
    return (Executor step, ModelId _, long _) -> {
      long time = simulatedNanos.getAsLong() + offsetNanos;
      return switch (step) {
        case LOAD -> longerLoads.last(time);
        case INPUT -> 0;
        case EXEC -> longer.last(time);
        case OUTPUT -> output.last(time);
      };
    };
  }

  /**
   * What a batch waits for before its INPUT, as batches do side by side, what an EXEC executor
   * needs between two of them, and how late the scheduler is woken.
   */
  Tap tap(long offsetNanos, Supplier<World> world) {
    TimerSteps steps = new TimerSteps();
    return new Tap() {
      @Override
      public long wakesNanos(long wantedNanos) {
        long stepped = steps.set(world.get().nowNanos(), wantedNanos);
        return stepped == Long.MAX_VALUE ? stepped : stepped + wakeUps.at(stepped + offsetNanos);
      }

      @Override
      public void task(WorkerId worker, Task task, Consumer<Task> onward) {
        if (task.executor() == Executor.INPUT) {
          long nowNanos = world.get().nowNanos();
          world
              .get()
              .at(nowNanos + starting.last(nowNanos + offsetNanos), () -> onward.accept(task));
        } else {
          onward.accept(task);
        }
      }

      @Override
      public long freeAgainNanos(Task task, long begunNanos, long endNanos) {
        return task.executor() == Executor.EXEC
            ? endNanos + between.last(endNanos + offsetNanos)
            : endNanos;
      }
    };
  }
}
