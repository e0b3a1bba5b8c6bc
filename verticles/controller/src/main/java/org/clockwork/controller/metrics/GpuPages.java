package org.clockwork.controller.metrics;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.worker.Announcement;

/**
 * Which models each GPU holds. Workers come and go on one thread, models on another; a worker's
 * GPUs are replaced as a whole, so that each of both sees something true.
 */
public final class GpuPages {
  private final Map<GpuId, Gpu> gpus = new ConcurrentHashMap<>();

  /**
   * One GPU for as long as its worker says the same of it.
   *
   * @param models that it holds now; the set changes, and is safe to read from any thread
   */
  public record Gpu(GpuId id, DeviceSpec spec, Set<ModelId> models) {

    /**
     * @param weightsBytes of a model
     */
    public long pagesUsed(ToLongFunction<ModelId> weightsBytes) {
      long used = 0;
      for (ModelId model : models) {
        used += spec.pagesFor(weightsBytes.applyAsLong(model));
      }
      return used;
    }
  }

  void joined(Announcement announcement) {
    left(announcement.worker());
    for (int index = 0; index < announcement.gpus().size(); index++) {
      GpuId id = new GpuId(announcement.worker(), index);
      gpus.put(
          id,
          new Gpu(
              id, announcement.gpus().get(index), resident(announcement.resident().get(index))));
    }
  }

  private static Set<ModelId> resident(Set<ModelId> models) {
    Set<ModelId> resident = ConcurrentHashMap.newKeySet();
    resident.addAll(models);
    return resident;
  }

  void left(WorkerId worker) {
    gpus.values().removeIf(gpu -> gpu.id().worker().equals(worker));
  }

  void loaded(GpuId gpu, ModelId model) {
    Gpu known = gpus.get(gpu);
    if (known != null) {
      known.models().add(model);
    }
  }

  void unloaded(GpuId gpu, ModelId model) {
    Gpu known = gpus.get(gpu);
    if (known != null) {
      known.models().remove(model);
    }
  }

  /** Tells of all of them, in no order; from any thread. */
  public void each(Consumer<Gpu> listener) {
    gpus.values().forEach(listener);
  }
}
