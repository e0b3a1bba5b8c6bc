package org.clockwork.core.sim;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.Executor;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profile;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;

/**
 * What must hold after every event, whatever the policy, the load and the faults. Keeps books of
 * its own from the messages alone and believes nobody else's.
 *
 * <ul>
 *   <li>One answer for each request, by its deadline; none after its objective is called good.
 *   <li>No action begins outside its window; at most one EXEC and one LOAD run on a GPU.
 *   <li>Pages on a GPU never exceed its capacity, and those given back are free again.
 *   <li>No INFER is sent for a model that is neither on the GPU nor on its way there; no UNLOAD
 *       while an INFER of the model is outstanding.
 *   <li>A GPU is fed only while less than schedule-ahead is outstanding.
 *   <li>Every action has one outcome.
 * </ul>
 */
public final class Invariants implements Witness {
  private final SchedulerConfig config;
  private final Conditions conditions;
  private final Map<RequestId, Long> submittedNanos = new HashMap<>();
  private final Map<RequestId, Request> asked = new HashMap<>();
  private final Set<RequestId> answered = new HashSet<>();
  private final Map<WorkerId, Books> workers = new HashMap<>();
  private long answers;
  private long execs;

  /** One worker, as its messages show it. */
  private static final class Books {
    final SequencedMap<ActionId, Action> outstanding = new LinkedHashMap<>();
    final Map<ModelId, Map<String, Profile>> profiles = new HashMap<>();
    final Map<Integer, GpuBooks> gpus = new HashMap<>();
  }

  private static final class GpuBooks {
    final DeviceSpec spec;
    final Map<ModelId, Integer> pages = new HashMap<>();
    final Map<ModelId, Integer> infers = new HashMap<>();
    final Set<Executor> running = new HashSet<>();
    final Map<ModelId, Integer> held = new HashMap<>();
    final SequencedMap<ActionId, Long> execs = new LinkedHashMap<>();
    long outstandingExecNanos;

    GpuBooks(DeviceSpec spec) {
      this.spec = spec;
    }

    int pages() {
      return pages.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  public Invariants(SchedulerConfig config, Conditions conditions) {
    this.config = config;
    this.conditions = conditions;
  }

  /** Requests answered so far: a world in which nothing happens proves nothing. */
  public long answers() {
    return answers;
  }

  /** EXECs begun so far. */
  public long execs() {
    return execs;
  }

  @Override
  public void joined(Announcement announcement, long now) {
    Books books = workers.computeIfAbsent(announcement.worker(), _ -> new Books());
    for (int gpu = 0; gpu < announcement.gpus().size(); gpu++) {
      DeviceSpec spec = announcement.gpus().get(gpu);
      books.gpus.computeIfAbsent(gpu, _ -> new GpuBooks(spec));
    }
  }

  @Override
  public void left(WorkerId worker, long now) {
    workers.remove(worker);
  }

  // Requests

  @Override
  public void submitted(RequestId request, String model, long now) {
    submittedNanos.put(request, now);
  }

  @Override
  public void asked(Request request, long now) {
    asked.put(request.id(), request);
  }

  @Override
  public void answered(GatewayId gateway, Answer answer, long now) {
    answers++;
    RequestId id = answer.request();
    check(
        answered.add(id),
        now,
        () -> "request %s was answered twice, now with %s".formatted(id, answer));
    Long since = submittedNanos.remove(id);
    check(since != null, now, () -> "request %s was answered but never submitted".formatted(id));
    Request request = asked.remove(id);
    if (request == null) {
      return; // Turned away by its gateway.
    }
    check(
        now <= request.deadlineNanos(),
        now,
        () ->
            "request %s was answered %.3f ms after its deadline, with %s"
                .formatted(id, (now - request.deadlineNanos()) / 1e6, answer));
    if (answer instanceof Answer.Succeeded success && success.met()) {
      check(
          now - since <= request.sloNanos() && success.latencyNanos() <= request.sloNanos(),
          now,
          () ->
              "request %s took %.3f ms, more than its objective, and was called good"
                  .formatted(id, (now - since) / 1e6));
    }
  }

  // Actions, as the controller sends them

  @Override
  public void sent(WorkerId worker, Action action, long now) {
    Books books = books(worker, now);
    check(
        books.outstanding.put(action.id(), action) == null,
        now,
        () -> "%s was sent to %s twice".formatted(action, worker));
    switch (action) {
      case Action.Infer infer -> sentInfer(books, worker, infer, now);
      case Action.Load load -> sentLoad(books, worker, load, now);
      case Action.Unload unload -> sentUnload(gpu(books, unload, now), worker, unload, now);
      case Action.Register _, Action.Withdraw _ -> {}
    }
  }

  private void sentInfer(Books books, WorkerId worker, Action.Infer infer, long now) {
    GpuBooks gpu = gpu(books, infer, now);
    check(
        gpu.pages.containsKey(infer.model()),
        now,
        () ->
            "%s was sent to %s, where its model is neither loaded nor on the way"
                .formatted(infer, worker));
    for (Action.Part part : infer.parts()) {
      check(
          !answered.contains(part.request()) || !asked.containsKey(part.request()),
          now,
          () ->
              "%s carries request %s, which is both answered and open"
                  .formatted(infer, part.request()));
    }
    // What runs may be nearly through, so the action in front counts for nothing.
    long waitingNanos =
        gpu.execs.isEmpty() ? 0 : gpu.outstandingExecNanos - gpu.execs.firstEntry().getValue();
    check(
        waitingNanos <= config.scheduleAheadNanos(),
        now,
        () ->
            "%s was sent to %s, which had %.3f ms outstanding already"
                .formatted(infer, new GpuId(worker, infer.gpu()), gpu.outstandingExecNanos / 1e6));
    gpu.infers.merge(infer.model(), 1, Integer::sum);
    gpu.outstandingExecNanos += execNanos(books, gpu, infer);
    gpu.execs.put(infer.id(), execNanos(books, gpu, infer));
  }

  private void sentLoad(Books books, WorkerId worker, Action.Load load, long now) {
    GpuBooks gpu = gpu(books, load, now);
    Profile profile = profile(books, gpu, load.model()).orElse(null);
    check(
        profile != null,
        now,
        () -> "%s was sent to %s, which does not host it".formatted(load, worker));
    check(
        gpu.pages.put(load.model(), profile.pages()) == null,
        now,
        () -> "%s was sent to %s, where the model is already".formatted(load, worker));
    check(
        gpu.pages() <= gpu.spec.pages(),
        now,
        () ->
            "%s oversubscribes %s: %d pages of %d"
                .formatted(load, new GpuId(worker, load.gpu()), gpu.pages(), gpu.spec.pages()));
  }

  private void sentUnload(GpuBooks gpu, WorkerId worker, Action.Unload unload, long now) {
    check(
        gpu.infers.getOrDefault(unload.model(), 0) == 0,
        now,
        () ->
            "%s was sent to %s while %d INFERs of the model are outstanding"
                .formatted(unload, worker, gpu.infers.getOrDefault(unload.model(), 0)));
    check(
        gpu.pages.remove(unload.model()) != null,
        now,
        () -> "%s was sent to %s, where the model is not".formatted(unload, worker));
  }

  // Outcomes, as they reach the controller

  @Override
  public void ended(WorkerId worker, Outcome outcome, long now) {
    Books books = books(worker, now);
    Action action = books.outstanding.remove(outcome.action());
    check(
        action != null, now, () -> "%s of %s has no action outstanding".formatted(outcome, worker));
    switch (action) {
      case Action.Infer infer -> {
        GpuBooks gpu = gpu(books, infer, now);
        gpu.infers.merge(infer.model(), -1, Integer::sum);
        gpu.outstandingExecNanos -= gpu.execs.remove(infer.id());
      }
      case Action.Load load -> {
        if (outcome instanceof Outcome.Refused) {
          gpu(books, load, now).pages.remove(load.model());
        }
      }
      case Action.Register register -> {
        if (outcome instanceof Outcome.Registered done) {
          books.profiles.put(register.model(), done.model().profiles());
        }
      }
      case Action.Unload unload ->
          check(
              outcome instanceof Outcome.Unloaded,
              now,
              () -> "%s was refused by %s: %s".formatted(unload, worker, outcome));
      case Action.Withdraw _ -> {}
    }
  }

  // Executors

  @Override
  public void begun(WorkerId worker, Task task, long workerNanos, long now) {
    Books books = books(worker, now);
    GpuBooks gpu = books.gpus.get(task.gpu());
    check(
        gpu.running.add(task.executor()),
        now,
        () ->
            "%s begins on %s while the %s executor is busy"
                .formatted(task, worker, task.executor()));
    check(
        task.window().admits(workerNanos),
        now,
        () -> "%s begins on %s outside its window, at %d".formatted(task, worker, workerNanos));
    if (task instanceof Task.Exec || task instanceof Task.Load) {
      withinTrueWindow(books, worker, task, now);
    }
    switch (task) {
      case Task.Exec exec -> {
        execs++;
        check(
            gpu.held.containsKey(exec.model()),
            now,
            () -> "%s begins on %s, which does not hold the weights".formatted(exec, worker));
        check(
            !gpu.spec.loadExcludesExec() || !gpu.running.contains(Executor.LOAD),
            now,
            () -> "%s begins on %s during a LOAD that excludes it".formatted(exec, worker));
      }
      case Task.Load load -> {
        gpu.held.put(load.model(), load.pages().count());
        int held = gpu.held.values().stream().mapToInt(Integer::intValue).sum();
        check(
            held <= gpu.spec.pages(),
            now,
            () -> "%s fills %d pages of %d on %s".formatted(load, held, gpu.spec.pages(), worker));
      }
      case Task.Unload unload -> gpu.held.remove(unload.model());
      case Task.Register _, Task.Withdraw _, Task.Input _, Task.Output _, Task.Release _ -> {}
    }
  }

  /** The window as the controller meant it, whatever the worker's clock says. */
  private void withinTrueWindow(Books books, WorkerId worker, Task task, long now) {
    if (books.outstanding.get(task.action()) instanceof Action.OnGpu meant) {
      Window window = meant.window();
      long clocksOffNanos = 2 * conditions.longestLegNanos();
      check(
          now >= window.earliestNanos() - clocksOffNanos
              && now <= window.latestNanos() + 2 * clocksOffNanos,
          now,
          () ->
              "%s begins on %s outside the window %s that was meant"
                  .formatted(task, worker, window));
    }
  }

  @Override
  public void through(WorkerId worker, Task task, TaskResult result, long now) {
    GpuBooks gpu = books(worker, now).gpus.get(task.gpu());
    boolean ran = !(result instanceof TaskResult.TooLate);
    if (ran) {
      gpu.running.remove(task.executor());
    }
    if (task instanceof Task.Load load && result instanceof TaskResult.Undone) {
      gpu.held.remove(load.model());
    }
  }

  @Override
  public void quiet(long now) {
    check(
        submittedNanos.isEmpty(),
        now,
        () ->
            "%d requests were never answered, among them %s"
                .formatted(submittedNanos.size(), submittedNanos.keySet().stream().findFirst()));
    workers.forEach(
        (worker, books) -> {
          check(
              books.outstanding.isEmpty(),
              now,
              () ->
                  "%s never answered for %d actions, first %s"
                      .formatted(
                          worker,
                          books.outstanding.size(),
                          books.outstanding.values().stream().findFirst()));
          books.gpus.forEach(
              (index, gpu) ->
                  check(
                      gpu.held.keySet().equals(gpu.pages.keySet()),
                      now,
                      () ->
                          "%s holds %s where the controller believes %s"
                              .formatted(
                                  new GpuId(worker, index),
                                  gpu.held.keySet(),
                                  gpu.pages.keySet())));
        });
  }

  /** What the worker itself counts must agree with what was seen. */
  public void compareFreePages(World world, long now) {
    workers.forEach(
        (worker, books) ->
            books.gpus.forEach(
                (index, gpu) ->
                    check(
                        world.freePages(worker, index) == gpu.spec.pages() - gpu.pages(),
                        now,
                        () ->
                            "%s has %d free pages; by what it was told it should have %d"
                                .formatted(
                                    new GpuId(worker, index),
                                    world.freePages(worker, index),
                                    gpu.spec.pages() - gpu.pages()))));
  }

  private Books books(WorkerId worker, long now) {
    Books books = workers.get(worker);
    check(
        books != null,
        now,
        () -> "worker %s acts or is addressed but is not there".formatted(worker));
    return books;
  }

  private GpuBooks gpu(Books books, Action.OnGpu action, long now) {
    GpuBooks gpu = books.gpus.get(action.gpu());
    check(
        gpu != null, now, () -> "%s is for a GPU that its worker does not have".formatted(action));
    return gpu;
  }

  private static Optional<Profile> profile(Books books, GpuBooks gpu, ModelId model) {
    return Optional.ofNullable(books.profiles.get(model))
        .flatMap(kinds -> Optional.ofNullable(kinds.get(gpu.spec.kind())));
  }

  private static long execNanos(Books books, GpuBooks gpu, Action.Infer infer) {
    return profile(books, gpu, infer.model())
        .map(profile -> profile.execNanos().getOrDefault(infer.batch(), 0L))
        .orElse(0L);
  }

  private static void check(boolean holds, long now, Supplier<String> what) {
    if (!holds) {
      throw new InvariantBroken(now, what.get());
    }
  }
}
