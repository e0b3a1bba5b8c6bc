package org.clockwork.core.sim;

import static org.clockwork.core.sim.InvariantBroken.unless;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;

/**
 * What must hold after every event, whatever the policy, the load and the faults. Keeps accounts of
 * its own from the messages alone and believes nobody else's.
 *
 * <ul>
 *   <li>One answer for each request, by its deadline; none after its objective is called good, none
 *       succeeds without an EXEC.
 *   <li>The controller ends each request once, by a verdict or by its INFER; it tells of an INFER
 *       only when one was sent, and reports each end once. A request rides in one INFER at a time.
 *   <li>No action begins outside its window or after its outcome; at most one EXEC and one LOAD run
 *       on a GPU; no EXEC takes less than its profile says.
 *   <li>Pages on a GPU never exceed its capacity, and those given back are free again.
 *   <li>No INFER is sent for a model that is neither on the GPU nor on its way there; no UNLOAD
 *       while an INFER of the model is outstanding.
 *   <li>A GPU is fed only while less than schedule-ahead is outstanding, or some more where inputs
 *       have to come first, its LOAD executor while less than the horizon is; no model has more
 *       requests waiting than may.
 *   <li>Every action has a name of its own, reaches its worker once and has one outcome; none is
 *       refused for a reason that the controller should have known.
 * </ul>
 */
public final class Invariants implements Witness {
  private final SchedulerConfig config;
  private final Conditions conditions;
  private final RequestAccount requests;
  private final Map<WorkerId, WorkerAccount> workers = new HashMap<>();

  /** Models of which a request came whose input has to be pushed. */
  private final Set<ModelId> pushed = new HashSet<>();

  private long lastAction = -1;
  private long execs;
  private long outcomesOnGpus;
  private long outcomesReported;

  public Invariants(SchedulerConfig config, Conditions conditions) {
    this.config = config;
    this.conditions = conditions;
    this.requests = new RequestAccount(config.maxQueuedPerModel());
  }

  /** Requests answered so far: a world in which nothing happens proves nothing. */
  public long answers() {
    return requests.answers();
  }

  /** EXECs begun so far. */
  public long execs() {
    return execs;
  }

  @Override
  public void joined(Announcement announcement, long now) {
    WorkerAccount known = workers.get(announcement.worker());
    if (known != null && !known.node().equals(announcement.node())) {
      left(announcement.worker(), now); // It was started anew before anybody noticed.
    }
    workers.computeIfAbsent(
        announcement.worker(), _ -> new WorkerAccount(announcement, config, conditions, pushed));
  }

  @Override
  public void left(WorkerId worker, long now) {
    WorkerAccount account = workers.remove(worker);
    if (account != null) {
      account.infers().forEach(infer -> requests.ended(infer, false, now));
    }
  }

  // Requests

  @Override
  public void submitted(RequestId request, String model, long now) {
    requests.submitted(request, now);
  }

  @Override
  public void asked(Request request, long now) {
    requests.asked(request, now);
  }

  @Override
  public void arrived(Request request, long now) {
    if (request.input() instanceof Input.Held) {
      pushed.add(request.model());
    }
    requests.arrived(request, now);
  }

  @Override
  public void cancelled(RequestId request, long now) {
    requests.cancelled(request);
  }

  @Override
  public void told(Verdict verdict, long now) {
    if (verdict instanceof Verdict.Dispatched dispatch) {
      requests.dispatched(dispatch, now);
      boolean there =
          account(dispatch.gpu().worker(), now)
              .infer(dispatch.action())
              .filter(infer -> infer.gpu() == dispatch.gpu().index())
              .isPresent();
      unless(there, now, () -> "%s names an action that is not there".formatted(dispatch));
    } else {
      requests.ended(verdict, now);
    }
  }

  @Override
  public void answered(GatewayId gateway, Answer answer, long now) {
    requests.answered(answer, now);
  }

  @Override
  public void telemetry(Telemetry event) {
    switch (event) {
      case Telemetry.RequestEnded ended -> requests.reported(ended.request().id(), ended.nanos());
      case Telemetry.ActionSent _ -> {} // The action itself was seen.
      case Telemetry.ActionEnded _ -> outcomesReported++;
    }
  }

  // Actions

  @Override
  public void sent(WorkerId worker, Action action, long now) {
    unless(
        action.id().number() > lastAction,
        now,
        () -> "%s was sent to %s, but that action was sent before".formatted(action, worker));
    lastAction = action.id().number();
    account(worker, now).sent(action, now);
    if (action instanceof Action.Infer infer) {
      requests.sent(infer, now);
    }
  }

  @Override
  public void received(WorkerId worker, Action action, long now) {
    account(worker, now).received(action, now);
  }

  @Override
  public void ended(WorkerId worker, Outcome outcome, long now) {
    Action action = account(worker, now).ended(outcome, now);
    if (action instanceof Action.OnGpu) {
      outcomesOnGpus++;
    }
    if (action instanceof Action.Infer infer) {
      requests.ended(infer, outcome instanceof Outcome.Inferred, now);
    }
  }

  // Executors

  @Override
  public void begun(WorkerId worker, Task task, long workerNanos, long now) {
    account(worker, now).begun(task, workerNanos, now);
    if (task instanceof Task.Exec) {
      execs++;
    }
  }

  @Override
  public void through(WorkerId worker, Task task, TaskResult result, long now) {
    WorkerAccount account = account(worker, now);
    account.through(task, result, now);
    if (task instanceof Task.Exec && result instanceof TaskResult.Done) {
      account.infer(task.action()).ifPresent(requests::executed);
    }
  }

  @Override
  public void quiet(long now) {
    workers.values().forEach(worker -> worker.quiet(now));
    requests.quiet(now);
    unless(
        outcomesOnGpus == outcomesReported,
        now,
        () ->
            "%d outcomes came from GPUs but %d were reported"
                .formatted(outcomesOnGpus, outcomesReported));
  }

  /** What the workers themselves count must agree with what was seen. */
  public void compareFreePages(World world, long now) {
    workers.values().forEach(worker -> worker.compareFreePages(world, now));
  }

  private WorkerAccount account(WorkerId worker, long now) {
    unless(
        workers.containsKey(worker),
        now,
        () -> "worker %s acts or is addressed but is not there".formatted(worker));
    return workers.get(worker);
  }
}
