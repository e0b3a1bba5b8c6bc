package org.clockwork.controller.board;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.clockwork.controller.ModelNames;
import org.clockwork.controller.metrics.GpuPages;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.device.Executor;
import org.clockwork.core.telemetry.Telemetry.ActionEnded;

/**
 * Every GPU that is there, and how busy its executors were since the last frame. A GPU has a number
 * that no other one gets, which is what frames name it by.
 */
final class Devices {
  private static final Executor[] EXECUTORS = Executor.values();

  private final GpuPages pages;
  private final ModelNames names;
  private final SequencedMap<GpuId, Device> known = new LinkedHashMap<>();
  private int numbered;

  private static final class Device {
    private final int number;
    private final Map<Executor, Long> busyNanos = new EnumMap<>(Executor.class);
    private GpuPages.Gpu gpu;
    private int batches;
    private int goodput;

    Device(int number, GpuPages.Gpu gpu) {
      this.number = number;
      this.gpu = gpu;
    }

    void busy(Executor executor, Span span) {
      busyNanos.merge(executor, span.nanos(), Long::sum);
    }
  }

  Devices(GpuPages pages, ModelNames names) {
    this.pages = pages;
    this.names = names;
  }

  /** Its number; empty before the first frame that it is in. */
  Optional<Integer> number(GpuId gpu) {
    return Optional.ofNullable(known.get(gpu)).map(device -> device.number);
  }

  void count(ActionEnded ended) {
    Device device = known.get(ended.gpu());
    if (device == null) {
      return;
    }
    switch (ended.outcome()) {
      case Outcome.Inferred run -> {
        device.busy(Executor.INPUT, run.input());
        device.busy(Executor.EXEC, run.exec());
        device.busy(Executor.OUTPUT, run.output());
        device.batches++;
        device.goodput += ended.goodput();
      }
      case Outcome.Loaded run -> device.busy(Executor.LOAD, run.load());
      default -> {}
    }
  }

  /**
   * Looks who is there now, and puts into the frame who has come, anew or with other models than
   * were told, and who has gone.
   */
  void comeAndGo(JsonObject frame) {
    Map<String, GpuPages.Gpu> present = new TreeMap<>();
    Map<GpuId, GpuPages.Gpu> byId = new HashMap<>();
    pages.each(
        gpu -> {
          present.put(gpu.id().toString(), gpu);
          byId.put(gpu.id(), gpu);
        });
    JsonArray left = new JsonArray();
    List<GpuId> gone = known.keySet().stream().filter(id -> !byId.containsKey(id)).toList();
    gone.forEach(id -> left.add(known.remove(id).number));
    List<Device> joined = new ArrayList<>();
    for (GpuPages.Gpu gpu : present.values()) {
      Device before = known.get(gpu.id());
      if (before != null && before.gpu.equals(gpu)) {
        before.gpu = gpu; // Told anew of the same; from here on its models are kept there.
      } else {
        Device device = new Device(before == null ? numbered++ : before.number, gpu);
        known.put(gpu.id(), device);
        joined.add(device);
      }
    }
    if (!left.isEmpty()) {
      frame.put("left", left);
    }
    if (!joined.isEmpty()) {
      frame.put("joined", described(joined));
    }
  }

  /** All that are known, with the models that they hold. */
  JsonArray described() {
    return described(known.values());
  }

  private static JsonArray described(Iterable<Device> devices) {
    JsonArray all = new JsonArray();
    for (Device device : devices) {
      GpuPages.Gpu gpu = device.gpu;
      JsonArray models = new JsonArray();
      gpu.models().forEach(model -> models.add(model.value()));
      all.add(
          new JsonObject()
              .put("no", device.number)
              .put("id", gpu.id().toString())
              .put("worker", gpu.id().worker().toString())
              .put("kind", gpu.spec().kind())
              .put("pages", gpu.spec().pages())
              .put("page_bytes", gpu.spec().pageBytes())
              .put("models", models));
    }
    return all;
  }

  /**
   * A row for each: its number; how long LOAD, INPUT, EXEC and OUTPUT were busy, in microseconds;
   * pages used; models held; batches, and the requests in them that were met. Counts begin anew.
   */
  JsonArray rows() {
    JsonArray rows = new JsonArray();
    for (Device device : known.values()) {
      JsonArray row = new JsonArray().add(device.number);
      for (Executor executor : EXECUTORS) {
        row.add(device.busyNanos.getOrDefault(executor, 0L) / 1_000);
      }
      Set<?> models = device.gpu.models();
      row.add(device.gpu.pagesUsed(names::weightsBytes)).add(models.size());
      rows.add(row.add(device.batches).add(device.goodput));
      device.busyNanos.clear();
      device.batches = 0;
      device.goodput = 0;
    }
    return rows;
  }
}
