package org.clockwork.core.worker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Window;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.PageCache;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;

/**
 * What lies in the pages of one GPU. Pages are taken when a LOAD is accepted and given back when an
 * UNLOAD is: the device follows in the same order, because both run on one executor.
 */
final class GpuMemory {
  private final int gpu;
  private final DeviceSpec spec;
  private final PageCache pages;
  private final Map<ModelId, Weights> held = new LinkedHashMap<>();

  GpuMemory(int gpu, DeviceSpec spec) {
    this.gpu = gpu;
    this.spec = spec;
    this.pages = new PageCache(spec.pages());
  }

  /** Of that model, whether present or on their way. */
  Optional<Weights> weights(ModelId model) {
    return Optional.ofNullable(held.get(model));
  }

  /** Present, or on their way: an INFER may come for either. */
  Set<ModelId> held() {
    return new TreeSet<>(held.keySet());
  }

  private Set<ModelId> resident() {
    Set<ModelId> resident = new TreeSet<>();
    for (Weights weights : held.values()) {
      if (weights.present()) {
        resident.add(weights.model());
      }
    }
    return resident;
  }

  int freePages() {
    return pages.freePages();
  }

  Optional<Refusal> load(Action.Load load, int pageCount, long nowNanos, WorkerCommands out) {
    Window window = load.window();
    if (held.containsKey(load.model())) {
      return Refusal.because(
          ErrorCode.WEIGHTS_ALREADY_LOADED,
          "model %s is on GPU %d already, or on its way there".formatted(load.model(), gpu));
    }
    if (nowNanos > window.latestNanos()) {
      return Refusal.because(
          ErrorCode.LOAD_TOO_LATE,
          "LOAD %s came %d ns after its window"
              .formatted(load.id(), nowNanos - window.latestNanos()));
    }
    Optional<PageSet> taken = pages.take(pageCount);
    if (taken.isEmpty()) {
      return Refusal.because(
          ErrorCode.INSUFFICIENT_CACHE,
          "model %s needs %d pages but GPU %d has %d free of %d; unload a model first"
              .formatted(load.model(), pageCount, gpu, pages.freePages(), pages.pages()));
    }
    held.put(load.model(), new Weights(load.id(), load.model(), taken.get()));
    // Begins no earlier than now, so that no LOAD sorts before an UNLOAD whose pages it takes.
    Window begin = new Window(Math.max(window.earliestNanos(), nowNanos), window.latestNanos());
    out.run(new Task.Load(load.id(), gpu, load.model(), taken.get(), spec.loadExecutor(), begin));
    return Optional.empty();
  }

  Optional<Refusal> unload(Action.Unload unload, long nowNanos, WorkerCommands out) {
    Weights weights = held.get(unload.model());
    if (weights == null) {
      return Refusal.because(
          ErrorCode.NOT_IN_CACHE, "model %s is not on GPU %d".formatted(unload.model(), gpu));
    }
    if (!weights.present() || weights.inUse()) {
      return Refusal.because(
          ErrorCode.WEIGHTS_IN_USE,
          "model %s on GPU %d is %s"
              .formatted(
                  unload.model(),
                  gpu,
                  weights.present()
                      ? "needed by an INFER that was accepted"
                      : "still being loaded"));
    }
    if (nowNanos > unload.window().latestNanos()) {
      return Refusal.because(
          ErrorCode.UNLOAD_TOO_LATE,
          "UNLOAD %s came %d ns after its window"
              .formatted(unload.id(), nowNanos - unload.window().latestNanos()));
    }
    evict(unload.id(), weights, out);
    return Optional.empty();
  }

  /** Gives the pages back now; the device follows before it loads anything else. */
  void evict(ActionId action, Weights weights, WorkerCommands out) {
    forget(weights);
    out.run(new Task.Unload(action, gpu, weights.model(), spec.loadExecutor()));
  }

  /** Gives back the pages of weights that never arrived. */
  void forget(Weights weights) {
    held.remove(weights.model());
    pages.giveBack(weights.pages());
  }

  /** Evicts what is present; what is on its way is evicted when its LOAD ends. */
  void clear(WorkerCommands out) {
    for (ModelId model : resident()) {
      Weights weights = held.get(model);
      evict(weights.load(), weights, out);
    }
  }
}
