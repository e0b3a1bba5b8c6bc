package org.clockwork.core.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profiles;

/**
 * A worker: runs exactly the actions that it is given, inside the windows that it is given, or
 * refuses them with the published code. Every action gets one outcome.
 *
 * <p>An INFER may come while the LOAD before it is still under way. Its EXEC then begins once the
 * weights are there, and is refused with code 82 where its window closes first or the LOAD fails.
 */
public final class Worker {
  private final WorkerId id;
  private final NodeId node;
  private final WorkerConfig config;
  private final List<Device> devices;
  private final List<GpuMemory> gpus = new ArrayList<>();
  private final Ledger ledger = new Ledger();
  private final EarlyInputs early;
  private final HostMemory host;
  private final Inferences inferences;
  private boolean draining;
  private long term = Long.MIN_VALUE;
  private long duplicateActions;
  private long wakeNanos = Long.MAX_VALUE;

  /**
   * @param node the process that it runs in
   * @param devices asked only for what they are and host; tasks reach them through {@link
   *     TaskRunner}
   * @param sources models of the repository, at most one of each name
   */
  public Worker(
      WorkerId id,
      NodeId node,
      WorkerConfig config,
      List<Device> devices,
      List<ModelSource> sources) {
    this.id = id;
    this.node = node;
    this.config = config;
    this.devices = List.copyOf(devices);
    for (Device device : devices) {
      gpus.add(new GpuMemory(gpus.size(), device.spec()));
    }
    this.early = new EarlyInputs(config);
    this.host = new HostMemory(this.devices, sources, ledger);
    this.inferences = new Inferences(id, ledger, early);
  }

  public void on(WorkerEvent event, long nowNanos, WorkerCommands out) {
    inferences.refuseExpired(nowNanos, out);
    early.dropExpired(nowNanos);
    switch (event) {
      case WorkerEvent.ActionReceived(Action action) -> receive(action, nowNanos, out);
      case WorkerEvent.InputsArrived(var inputs) -> inferences.arrived(inputs, nowNanos, out);
      case WorkerEvent.InputsWithdrawn(var request) -> inferences.withdrawn(request, nowNanos, out);
      case WorkerEvent.TaskEnded(Task task, TaskResult result) ->
          ended(task, result, nowNanos, out);
      case WorkerEvent.Looked looked -> looked(looked, nowNanos, out);
      case WorkerEvent.WakeUp() -> wakeNanos = Long.MAX_VALUE;
      case WorkerEvent.AnnouncementWanted() -> {
        if (!draining) { // Whoever asked would count on it again.
          out.announce(announcement());
        }
      }
      case WorkerEvent.Draining() -> {
        draining = true;
        out.retire();
      }
      case WorkerEvent.Stopping() -> stop(nowNanos, out);
    }
    wakeForNextExpiry(out);
  }

  private void receive(Action action, long nowNanos, WorkerCommands out) {
    if (!ledger.open(action.id(), nowNanos)) {
      duplicateActions++;
      return;
    }
    accept(action, nowNanos, out)
        .ifPresent(refusal -> ledger.refuse(action.id(), refusal, nowNanos, out));
  }

  /** Begins the action, or says why not. */
  private Optional<Refusal> accept(Action action, long nowNanos, WorkerCommands out) {
    if (draining) {
      return Refusal.because(ErrorCode.SHUTTING_DOWN, "worker %s is shutting down".formatted(id));
    }
    if (ledger.size() > config.maxActions()) {
      return Refusal.because(
          ErrorCode.COULD_NOT_START_IN_TIME,
          "worker %s has %d actions open, its bound".formatted(id, config.maxActions()));
    }
    if (action.id().term() < term) {
      return Refusal.because(
          ErrorCode.INVALID_ACTION,
          "the order is of term %d, but a controller of term %d has given orders since"
              .formatted(action.id().term(), term));
    }
    term = action.id().term();
    return switch (action) {
      case Action.Register register -> host.register(register, out);
      case Action.Withdraw withdraw -> withdraw(withdraw, out);
      case Action.OnGpu onGpu when onGpu.gpu() < 0 || onGpu.gpu() >= gpus.size() ->
          Refusal.because(
              ErrorCode.INVALID_GPU,
              "worker %s has GPUs 0 to %d, not %d".formatted(id, gpus.size() - 1, onGpu.gpu()));
      case Action.Load load -> load(load, nowNanos, out);
      case Action.Unload unload -> unload(unload, nowNanos, out);
      case Action.Infer infer -> infer(infer, nowNanos, out);
    };
  }

  /** Whoever asks for what is new is to find that it is known. */
  private void looked(WorkerEvent.Looked looked, long nowNanos, WorkerCommands out) {
    if (host.offers(looked) && !draining) {
      out.announce(announcement());
    }
    host.looked(looked, nowNanos, out);
  }

  private Optional<Refusal> load(Action.Load load, long nowNanos, WorkerCommands out) {
    Optional<HostedModel> model = host.on(load.gpu(), load.model());
    if (model.isEmpty()) {
      return unknown(ErrorCode.LOAD_UNKNOWN_MODEL, load.model());
    }
    int pages = profiles(model.get(), load.gpu()).pages();
    return gpus.get(load.gpu()).load(load, pages, nowNanos, out);
  }

  private Optional<Refusal> unload(Action.Unload unload, long nowNanos, WorkerCommands out) {
    if (!host.holds(unload.model())) {
      return unknown(ErrorCode.UNLOAD_UNKNOWN_MODEL, unload.model());
    }
    Optional<Refusal> refusal = gpus.get(unload.gpu()).unload(unload, nowNanos, out);
    if (refusal.isEmpty()) {
      ledger.close(unload.id(), stamps -> new Outcome.Unloaded(unload.id(), stamps), nowNanos, out);
    }
    return refusal;
  }

  private Optional<Refusal> infer(Action.Infer infer, long nowNanos, WorkerCommands out) {
    Optional<HostedModel> model = host.on(infer.gpu(), infer.model());
    if (model.isEmpty()) {
      return unknown(ErrorCode.INPUT_UNKNOWN_MODEL, infer.model());
    }
    Optional<Weights> weights = gpus.get(infer.gpu()).weights(infer.model());
    if (weights.isEmpty()) {
      return Refusal.because(
          ErrorCode.WEIGHTS_NOT_PRESENT,
          "model '%s' is not on GPU %d and no LOAD is under way"
              .formatted(model.get().spec().name(), infer.gpu()));
    }
    Profiles profiles = profiles(model.get(), infer.gpu());
    return inferences.accept(infer, model.get(), profiles, weights.get(), nowNanos, out);
  }

  private Optional<Refusal> withdraw(Action.Withdraw withdraw, WorkerCommands out) {
    ModelId model = withdraw.model();
    if (!host.holds(model)) {
      return unknown(ErrorCode.UNKNOWN_MODEL, model);
    }
    for (GpuMemory gpu : gpus) {
      Optional<Weights> weights = gpu.weights(model);
      if (weights.isPresent() && (weights.get().inUse() || !weights.get().present())) {
        return Refusal.because(
            ErrorCode.WEIGHTS_IN_USE, "model %s is being loaded or executed".formatted(model));
      }
    }
    for (GpuMemory gpu : gpus) {
      gpu.weights(model).ifPresent(weights -> gpu.evict(withdraw.id(), weights, out));
    }
    host.withdraw(withdraw, out);
    return Optional.empty();
  }

  private void ended(Task task, TaskResult result, long nowNanos, WorkerCommands out) {
    switch (task) {
      case Task.Register register -> host.ended(register, result, nowNanos, out);
      case Task.Withdraw withdraw -> host.ended(withdraw, nowNanos, out);
      case Task.Load load -> ended(load, result, nowNanos, out);
      case Task.Input input -> inferences.ended(input, result, nowNanos, out);
      case Task.Exec exec -> inferences.ended(exec, result, nowNanos, out);
      case Task.Output output -> inferences.ended(output, result, nowNanos, out);
      // Their actions were answered before they began.
      case Task.Unload unload -> {}
      case Task.Release release -> {}
    }
  }

  private void ended(Task.Load load, TaskResult result, long nowNanos, WorkerCommands out) {
    GpuMemory gpu = gpus.get(load.gpu());
    Weights weights = gpu.weights(load.model()).orElseThrow();
    ActionId action = load.action();
    if (result instanceof TaskResult.Undone undone) {
      gpu.forget(weights);
      inferences.weightsLost(weights, nowNanos, out);
      if (ledger.isOpen(action)) {
        ledger.refuse(action, Refusal.of(load, undone), nowNanos, out);
      }
      return;
    }
    Span span = ((TaskResult.Done) result).span();
    if (!ledger.isOpen(action)) {
      // The worker was stopped meanwhile.
      gpu.evict(action, weights, out);
      return;
    }
    weights.arrive();
    ledger.close(action, stamps -> new Outcome.Loaded(action, span, stamps), nowNanos, out);
    inferences.weightsArrived(weights, out);
  }

  private void stop(long nowNanos, WorkerCommands out) {
    draining = true;
    Refusal refusal = new Refusal(ErrorCode.SHUTTING_DOWN, "worker %s has stopped".formatted(id));
    inferences.refuseAll(refusal, nowNanos, out);
    host.abandonAll();
    for (ActionId action : ledger.actions()) {
      ledger.refuse(action, refusal, nowNanos, out);
    }
    for (GpuMemory gpu : gpus) {
      gpu.clear(out);
    }
  }

  private Announcement announcement() {
    return new Announcement(
        id,
        node,
        devices.stream().map(Device::spec).toList(),
        host.sources(),
        host.models(),
        gpus.stream().map(GpuMemory::held).toList());
  }

  private void wakeForNextExpiry(WorkerCommands out) {
    long nextNanos = Math.min(inferences.nextExpiryNanos(), early.nextExpiryNanos());
    if (nextNanos < wakeNanos) {
      wakeNanos = nextNanos;
      out.wakeAt(nextNanos);
    }
  }

  private Profiles profiles(HostedModel model, int gpu) {
    return model.profiles().get(devices.get(gpu).spec().kind());
  }

  private Optional<Refusal> unknown(ErrorCode code, ModelId model) {
    return Refusal.because(
        code, "worker %s has no model %s for that GPU in its host memory".formatted(id, model));
  }

  /** Actions that still owe an outcome. */
  public int openActions() {
    return ledger.size();
  }

  public int freePages(int gpu) {
    return gpus.get(gpu).freePages();
  }

  /** Inputs that nobody asked for in time, or that met the bound. */
  public long droppedInputs() {
    return early.dropped();
  }

  /** Actions ignored because one of the same name was open: a fault of the sender. */
  public long duplicateActions() {
    return duplicateActions;
  }
}
