package org.clockwork.controller.metrics;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.worker.Announcement;

/**
 * Which models each GPU holds. Workers come and go on one thread and models on another, so whoever
 * touches it holds it; that is rare.
 */
final class GpuPages {
  private final Map<String, Gpu> gpus = new TreeMap<>();

  private record Gpu(GpuId id, DeviceSpec spec, Set<ModelId> models) {}

  /** Hears of each GPU. */
  @FunctionalInterface
  interface Listener {
    void gpu(GpuId gpu, int pages, long pagesUsed, int models);
  }

  synchronized void joined(Announcement announcement) {
    left(announcement.worker());
    for (int index = 0; index < announcement.gpus().size(); index++) {
      GpuId id = new GpuId(announcement.worker(), index);
      gpus.put(
          id.toString(),
          new Gpu(
              id,
              announcement.gpus().get(index),
              new HashSet<>(announcement.resident().get(index))));
    }
  }

  synchronized void left(WorkerId worker) {
    gpus.values().removeIf(gpu -> gpu.id().worker().equals(worker));
  }

  synchronized void loaded(GpuId gpu, ModelId model) {
    Gpu known = gpus.get(gpu.toString());
    if (known != null) {
      known.models().add(model);
    }
  }

  synchronized void unloaded(GpuId gpu, ModelId model) {
    Gpu known = gpus.get(gpu.toString());
    if (known != null) {
      known.models().remove(model);
    }
  }

  /**
   * Tells of all of them.
   *
   * @param weightsBytes of a model
   */
  synchronized void each(ToLongFunction<ModelId> weightsBytes, Listener listener) {
    for (Gpu gpu : gpus.values()) {
      long used = 0;
      for (ModelId model : gpu.models()) {
        used += gpu.spec().pagesFor(weightsBytes.applyAsLong(model));
      }
      listener.gpu(gpu.id(), gpu.spec().pages(), used, gpu.models().size());
    }
  }
}
