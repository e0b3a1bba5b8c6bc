package org.clockwork.core.sim;

import static org.clockwork.core.sim.InvariantBroken.unless;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Executor;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;

/** One GPU: what its pages hold, what it was given to do and what it does. */
final class GpuAccount {
  private final GpuId id;
  private final DeviceSpec spec;
  private final Set<ModelId> pushed;
  private final SchedulerConfig config;
  private final Map<ModelId, Integer> pages = new HashMap<>();
  private final Map<ModelId, Integer> infers = new HashMap<>();
  private final Given execs = new Given();
  private final Given loads = new Given();
  private final Set<Executor> running = EnumSet.noneOf(Executor.class);
  private final Map<ModelId, Integer> held = new HashMap<>();

  /** What was sent to one executor and has no outcome, with the time that it takes at least. */
  private static final class Given {
    final SequencedMap<ActionId, Long> nanosByAction = new LinkedHashMap<>();
    long nanos;

    void add(ActionId action, long added) {
      nanosByAction.put(action, added);
      nanos += added;
    }

    void remove(ActionId action) {
      nanos -= nanosByAction.remove(action);
    }

    /** What runs may be nearly through, so the action in front counts for nothing. */
    long waitingNanos() {
      return nanosByAction.isEmpty() ? 0 : nanos - nanosByAction.firstEntry().getValue();
    }
  }

  /**
   * @param pushed models of which a request came whose input has to be pushed
   */
  GpuAccount(GpuId id, DeviceSpec spec, SchedulerConfig config, Set<ModelId> pushed) {
    this.pushed = pushed;
    this.id = id;
    this.spec = spec;
    this.config = config;
  }

  String kind() {
    return spec.kind();
  }

  /** It was there already when the worker joined. */
  void brings(ModelId model, int count) {
    pages.put(model, count);
    held.put(model, count);
  }

  // What it is sent

  void sent(Action.Infer infer, Profile profile, long now) {
    unless(
        pages.containsKey(infer.model()),
        now,
        () ->
            "%s was sent to %s, where its model is neither loaded nor on the way"
                .formatted(infer, id));
    unless(
        profile.execNanos().containsKey(infer.batch()),
        now,
        () -> "%s has a batch size other than %s".formatted(infer, profile.execNanos().keySet()));
    unless(
        execs.waitingNanos() <= config.scheduleAheadNanos() + aheadForInputsNanos(infer),
        now,
        () ->
            "%s was sent to %s, which had %.3f ms outstanding already"
                .formatted(infer, id, execs.nanos / 1e6));
    infers.merge(infer.model(), 1, Integer::sum);
    execs.add(infer.id(), profile.execNanos().get(infer.batch()));
  }

  private long aheadForInputsNanos(Action.Infer infer) {
    return pushed.contains(infer.model()) ? Board.INPUTS_AHEAD_NANOS_MAX : 0;
  }

  void sent(Action.Load load, Profile profile, long now) {
    unless(
        pages.put(load.model(), profile.pages()) == null,
        now,
        () -> "%s was sent to %s, where the model is already".formatted(load, id));
    int told = sum(pages);
    unless(
        told <= spec.pages(),
        now,
        () -> "%s oversubscribes %s: %d pages of %d".formatted(load, id, told, spec.pages()));
    unless(
        loads.waitingNanos() <= config.loadHorizonNanos(),
        now,
        () ->
            "%s was sent to %s, which had LOADs of %.3f ms outstanding already"
                .formatted(load, id, loads.nanos / 1e6));
    loads.add(load.id(), profile.loadNanos());
  }

  void sent(Action.Unload unload, long now) {
    unless(
        infers.getOrDefault(unload.model(), 0) == 0,
        now,
        () ->
            "%s was sent to %s while %d INFERs of the model are outstanding"
                .formatted(unload, id, infers.get(unload.model())));
    unless(
        pages.remove(unload.model()) != null,
        now,
        () -> "%s was sent to %s, where the model is not".formatted(unload, id));
  }

  void ended(Action.Infer infer) {
    infers.merge(infer.model(), -1, Integer::sum);
    execs.remove(infer.id());
  }

  void ended(Action.Load load, boolean loaded) {
    loads.remove(load.id());
    if (!loaded) {
      pages.remove(load.model());
    }
  }

  // What it does

  void begun(Task task, long now) {
    unless(
        running.add(task.executor()),
        now,
        () -> "%s begins on %s while the %s executor is busy".formatted(task, id, task.executor()));
    switch (task) {
      case Task.Exec exec ->
          unless(
              held.containsKey(exec.model()),
              now,
              () -> "%s begins on %s, which does not hold the weights".formatted(exec, id));
      case Task.Load load -> {
        unless(
            !spec.loadExcludesExec() || load.executor() == Executor.EXEC,
            now,
            () -> "%s begins on %s beside EXEC, which it excludes".formatted(load, id));
        held.put(load.model(), load.pages().count());
        int filled = sum(held);
        unless(
            filled <= spec.pages(),
            now,
            () -> "%s fills %d pages of %d on %s".formatted(load, filled, spec.pages(), id));
      }
      case Task.Unload unload -> held.remove(unload.model());
      case Task.Register _, Task.Withdraw _, Task.Input _, Task.Output _, Task.Release _ -> {}
    }
  }

  void through(Task task, TaskResult result) {
    running.remove(task.executor());
    if (task instanceof Task.Load load && result instanceof TaskResult.Undone) {
      held.remove(load.model());
    }
  }

  void quiet(long now) {
    unless(
        held.keySet().equals(pages.keySet()),
        now,
        () ->
            "%s holds %s where the controller believes %s"
                .formatted(id, held.keySet(), pages.keySet()));
    unless(running.isEmpty(), now, () -> "%s still runs %s".formatted(id, running));
  }

  void compareFreePages(int free, long now) {
    int expected = spec.pages() - sum(pages);
    unless(
        free == expected,
        now,
        () ->
            "%s has %d free pages; by what it was told it should have %d"
                .formatted(id, free, expected));
  }

  private static int sum(Map<ModelId, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
