package org.clockwork.core.sim;

import static org.clockwork.core.sim.InvariantBroken.unless;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;

/** One worker from when it joins until it has left: the actions it was sent, and its GPUs. */
final class WorkerAccount {
  /** Refusals that no load explains: the controller believes something that is not so. */
  private static final Set<ErrorCode> MISTAKEN =
      EnumSet.of(
          ErrorCode.UNKNOWN_MODEL,
          ErrorCode.INVALID_ACTION,
          ErrorCode.INVALID_GPU,
          ErrorCode.WEIGHTS_NOT_PRESENT,
          ErrorCode.WEIGHTS_ALREADY_LOADED,
          ErrorCode.WEIGHTS_IN_USE,
          ErrorCode.INVALID_MODEL_ID,
          ErrorCode.LOAD_UNKNOWN_MODEL,
          ErrorCode.INSUFFICIENT_CACHE,
          ErrorCode.UNLOAD_UNKNOWN_MODEL,
          ErrorCode.NOT_IN_CACHE,
          ErrorCode.INPUT_UNKNOWN_MODEL,
          ErrorCode.INPUT_INVALID_BATCH_SIZE);

  private final WorkerId id;
  private final NodeId node;
  private final long clocksOffNanos;
  private final List<GpuAccount> gpus = new ArrayList<>();
  private final Map<ModelId, Map<String, Profiles>> profiles = new HashMap<>();
  private final SequencedMap<ActionId, Action> outstanding = new LinkedHashMap<>();
  private final Set<ActionId> received = new HashSet<>();

  WorkerAccount(
      Announcement announcement,
      SchedulerConfig config,
      Conditions conditions,
      Set<ModelId> pushed) {
    id = announcement.worker();
    node = announcement.node();
    clocksOffNanos = 2 * conditions.legs().longestNanos();
    for (HostedModel hosted : announcement.hosted()) {
      profiles.put(hosted.id(), hosted.profiles());
    }
    for (int gpu = 0; gpu < announcement.gpus().size(); gpu++) {
      GpuAccount account =
          new GpuAccount(new GpuId(id, gpu), announcement.gpus().get(gpu), config, pushed);
      gpus.add(account);
      for (ModelId model : announcement.resident().get(gpu)) {
        account.brings(model, profiles.get(model).get(account.kind()).pages());
      }
    }
  }

  /** The process that it runs in. */
  NodeId node() {
    return node;
  }

  // Actions

  void sent(Action action, long now) {
    outstanding.put(action.id(), action);
    switch (action) {
      case Action.Infer infer ->
          gpu(infer, now).sent(infer, profiles(infer, now).bucket(infer.bucket()), now);
      case Action.Load load -> gpu(load, now).sent(load, profiles(load, now).longest(), now);
      case Action.Unload unload -> gpu(unload, now).sent(unload, now);
      case Action.Register _, Action.Withdraw _ -> {}
    }
  }

  void received(Action action, long now) {
    unless(
        outstanding.containsKey(action.id()) && received.add(action.id()),
        now,
        () -> "%s reached %s twice, or was not sent".formatted(action, id));
  }

  /** The action that this is the outcome of. */
  Action ended(Outcome outcome, long now) {
    Action action = outstanding.remove(outcome.action());
    unless(
        action != null && received.remove(outcome.action()),
        now,
        () -> "%s of %s is for no action that is outstanding".formatted(outcome, id));
    unless(
        outcome instanceof Outcome.Refused || fits(action, outcome),
        now,
        () -> "%s ended as %s".formatted(action, outcome));
    unless(
        !(outcome instanceof Outcome.Refused refused) || !MISTAKEN.contains(refused.code()),
        now,
        () -> "%s should never have been sent to %s: %s".formatted(action, id, outcome));
    switch (action) {
      case Action.Infer infer -> gpu(infer, now).ended(infer);
      case Action.Load load -> gpu(load, now).ended(load, outcome instanceof Outcome.Loaded);
      case Action.Register register -> {
        if (outcome instanceof Outcome.Registered done) {
          profiles.put(register.model(), done.model().profiles());
        }
      }
      case Action.Unload _, Action.Withdraw _ -> {}
    }
    return action;
  }

  private static boolean fits(Action action, Outcome outcome) {
    return switch (action) {
      case Action.Infer _ -> outcome instanceof Outcome.Inferred;
      case Action.Load _ -> outcome instanceof Outcome.Loaded;
      case Action.Unload _ -> outcome instanceof Outcome.Unloaded;
      case Action.Register _ ->
          outcome instanceof Outcome.Registered || outcome instanceof Outcome.Versioned;
      case Action.Withdraw _ -> outcome instanceof Outcome.Withdrawn;
    };
  }

  /** The INFERs that it owes an outcome. */
  List<Action.Infer> infers() {
    return outstanding.values().stream()
        .filter(Action.Infer.class::isInstance)
        .map(Action.Infer.class::cast)
        .toList();
  }

  /** The INFER of this name, while it has no outcome. */
  Optional<Action.Infer> infer(ActionId action) {
    return outstanding.get(action) instanceof Action.Infer infer
        ? Optional.of(infer)
        : Optional.empty();
  }

  // Executors

  void begun(Task task, long workerNanos, long now) {
    unless(
        task.window().admits(workerNanos),
        now,
        () -> "%s begins on %s outside its window, at %d".formatted(task, id, workerNanos));
    if (task instanceof Task.Exec || task instanceof Task.Load) {
      withinMeantWindow(task, now);
    }
    gpus.get(task.gpu()).begun(task, now);
  }

  /** The window as the controller meant it, whatever the worker's clock says. */
  private void withinMeantWindow(Task task, long now) {
    unless(
        outstanding.get(task.action()) instanceof Action.OnGpu,
        now,
        () -> "%s begins on %s, but its action has had its outcome".formatted(task, id));
    Window window = ((Action.OnGpu) outstanding.get(task.action())).window();
    unless(
        now >= window.earliestNanos() - clocksOffNanos
            && now <= window.latestNanos() + 2 * clocksOffNanos,
        now,
        () -> "%s begins on %s outside the window %s that was meant".formatted(task, id, window));
  }

  void through(Task task, TaskResult result, long now) {
    gpus.get(task.gpu()).through(task, result);
    if (task instanceof Task.Exec exec && result instanceof TaskResult.Done(var span)) {
      Profile profile =
          profiles.get(exec.model()).get(gpus.get(exec.gpu()).kind()).bucket(exec.bucket());
      long profiled = profile.execNanos().get(exec.batch());
      unless(
          span.nanos() >= profiled,
          now,
          () ->
              "%s took %d ns, less than its profile's %d".formatted(exec, span.nanos(), profiled));
    }
  }

  void quiet(long now) {
    unless(
        outstanding.isEmpty(),
        now,
        () ->
            "%s never answered for %d actions, first %s"
                .formatted(id, outstanding.size(), outstanding.firstEntry().getValue()));
    gpus.forEach(gpu -> gpu.quiet(now));
  }

  void compareFreePages(World world, long now) {
    for (int gpu = 0; gpu < gpus.size(); gpu++) {
      gpus.get(gpu).compareFreePages(world.freePages(id, gpu), now);
    }
  }

  private GpuAccount gpu(Action.OnGpu action, long now) {
    unless(
        action.gpu() >= 0 && action.gpu() < gpus.size(),
        now,
        () -> "%s is for a GPU that %s does not have".formatted(action, id));
    return gpus.get(action.gpu());
  }

  private Profiles profiles(Action.OnGpu action, long now) {
    Map<String, Profiles> kinds = profiles.getOrDefault(action.model(), Map.of());
    String kind = gpus.get(action.gpu()).kind();
    unless(
        kinds.containsKey(kind),
        now,
        () -> "%s was sent to %s, which does not host its model".formatted(action, id));
    return kinds.get(kind);
  }
}
