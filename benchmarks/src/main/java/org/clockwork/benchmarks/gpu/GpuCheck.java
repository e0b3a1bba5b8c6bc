package org.clockwork.benchmarks.gpu;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.cuda.CudaDevice;
import org.clockwork.gpunative.cuda.CudaDriver;
import org.clockwork.gpunative.cuda.CudaSettings;
import org.clockwork.gpunative.cuda.LinkProbe;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.gpunative.nvml.Nvml;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * Everything about the cuda device that only a GPU can tell, in one run of bounded length: whether
 * models compute what they should wherever their pages lie, how long they take, and whether LOAD
 * and EXEC leave each other alone. Writes {@code check.json} as it goes, so that a run which is cut
 * short has told something.
 */
public final class GpuCheck {
  private static final int QUANTILE_RUNS = 100_000;
  private static final int RUNS = 10_000;

  /** The id of a second copy of the model that is looked at. */
  private static final int COPY = 1_000;

  /** Enough for 100,000 runs of 0.45 ms, in a check that may take so long. */
  private static final long QUANTILE_NANOS = 45_000_000_000L;

  private static final long LONG_NANOS = 60_000_000_000L;
  private static final double SERVED_SECONDS = 3;

  private final Path plans;
  private final Path out;
  private final long budgetNanos;
  private final JsonObject result = new JsonObject();

  private GpuCheck(Path plans, Path out, long budgetNanos) {
    this.plans = plans;
    this.out = out;
    this.budgetNanos = budgetNanos;
  }

  /**
   * {@code PLANS OUT SECONDS}: a folder of compiled models, a folder for the results, and how long
   * it may take.
   */
  public static void main(String[] args) throws Exception {
    new GpuCheck(Path.of(args[0]), Path.of(args[1]), Math.round(Double.parseDouble(args[2]) * 1e9))
        .run();
  }

  private void run() throws Exception {
    switch (CudaDriver.ask()) {
      case CudaDriver.Answer.Absent(String reason) -> tell("driver", reason);
      case CudaDriver.Answer.Here(CudaDriver driver) -> {
        tell("driver", driver.line());
        tell("machine", machine());
        if (budgetNanos > 0) {
          link();
          served(device());
        } else {
          device();
        }
      }
    }
  }

  private static JsonObject machine() {
    JsonObject machine =
        new JsonObject()
            .put("processors", Runtime.getRuntime().availableProcessors())
            .put("java", System.getProperty("java.runtime.version"));
    switch (new Nvml().survey()) {
      case Survey.Found found -> {
        machine.put("driver", found.driver()).put("cuda", found.cuda());
        JsonArray gpus = new JsonArray();
        for (Gpu gpu : found.gpus()) {
          gpus.add(gpu.toString());
        }
        machine.put("gpus", gpus);
      }
      case Survey.None none -> machine.put("gpus", none.reason());
      case Survey.Unusable unusable -> machine.put("gpus", unusable.reason());
    }
    return machine;
  }

  private void link() throws IOException {
    try (LinkProbe probe = LinkProbe.open(0)) {
      JsonObject calls = new JsonObject();
      for (int pages : new int[] {1, 6}) {
        Map<String, Long> nanos = probe.callNanos(pages, DeviceSpec.PAGE_BYTES, 11);
        JsonObject each = new JsonObject();
        nanos.forEach((name, value) -> each.put(name, value / 1e3));
        calls.put(pages + "_pages_us", each);
      }
      tell("calls", calls);
      JsonObject link = new JsonObject();
      for (int pages : new int[] {1, 2, 6}) {
        link.put(
            pages + "_pages_gigabytes_per_second",
            gigabytesPerSecond(pages, probe.copyNanos(pages, DeviceSpec.PAGE_BYTES, 30)));
      }
      tell("link", link);
    }
  }

  private static double gigabytesPerSecond(int pages, long[] nanos) {
    return (double) pages
        * DeviceSpec.PAGE_BYTES
        / (Quantiles.of(nanos, nanos.length).micros(0.5) * 1e3);
  }

  /** The models that the GPU takes. */
  private List<ModelSource> device() throws Exception {
    List<ModelSource> taken = new ArrayList<>();
    long begunNanos = System.nanoTime();
    try (CudaDevice device = CudaDevice.open(0, CudaSettings.DEFAULT, ProfileStore.NONE)) {
      tell(
          "device",
          new JsonObject()
              .put("spec", device.spec().toString())
              .put("opened_ms", (System.nanoTime() - begunNanos) / 1e6));
      List<ModelOnGpu> models = new ArrayList<>();
      for (Path folder : folders()) {
        registered(device, models.size(), folder).ifPresent(models::add);
      }
      for (ModelOnGpu model : models) {
        golden(models, model);
      }
      save();
      long shareNanos = budgetNanos / Math.max(1, models.size());
      for (ModelOnGpu model : budgetNanos > 0 ? models : List.<ModelOnGpu>of()) {
        times(model, shareNanos / 2);
        loading(model, shareNanos / 2);
      }
      for (ModelOnGpu model : models) {
        taken.add(model.source());
        model.close();
      }
    }
    return taken;
  }

  private void served(List<ModelSource> sources) throws IOException {
    try {
      tell("served", ServedOnGpu.play(sources, SERVED_SECONDS));
    } catch (Exception e) {
      tell("served", e.toString());
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(plans)) {
      return folders.filter(folder -> Files.exists(folder.resolve("model.json"))).sorted().toList();
    }
  }

  private Optional<ModelOnGpu> registered(CudaDevice device, int number, Path folder)
      throws IOException {
    long begunNanos = System.nanoTime();
    try {
      ModelOnGpu model = ModelOnGpu.register(device, number, folder);
      model(model.name())
          .put("registered_ms", (System.nanoTime() - begunNanos) / 1e6)
          .put("profile", model.hosted().profile().toString());
      save();
      return Optional.of(model);
    } catch (DeviceException | PlanException e) {
      model(folder.getFileName().toString()).put("refused", e.toString());
      save();
      return Optional.empty();
    }
  }

  /** Into two places, with another model in the first place in between. */
  private void golden(List<ModelOnGpu> all, ModelOnGpu model) throws Exception {
    JsonArray wrong = new JsonArray();
    model.load(model.pagesFrom(0));
    model.wrong().forEach(wrong::add);
    model.unload();
    ModelOnGpu other = all.get((all.indexOf(model) + 1) % all.size());
    if (other != model) {
      other.load(other.pagesFrom(0));
      other.wrong().forEach(what -> wrong.add(other.name() + " " + what));
    }
    model.load(model.pagesFrom(101));
    model.wrong().forEach(wrong::add);
    model.unload();
    if (other != model) {
      other.unload();
    }
    model(model.name())
        .put("golden_batches", new JsonArray(model.batches()))
        .put("golden_wrong", wrong);
    save();
  }

  private void times(ModelOnGpu model, long nanos) throws Exception {
    model.load(model.pagesFrom(3));
    JsonObject times = new JsonObject();
    model(model.name()).put("exec", times);
    for (int batch : model.batches()) {
      boolean first = batch == model.batches().getFirst();
      long until = System.nanoTime() + (first ? firstNanos(nanos) : nanos / 8);
      ModelOnGpu.Execs execs =
          model.exec(batch, first ? QUANTILE_RUNS : RUNS, () -> System.nanoTime() < until);
      times.put(
          "b" + batch,
          new JsonObject()
              .put("device", execs.device().json())
              .put("thread", execs.thread().json()));
      save();
    }
    model.unload();
  }

  /** Of the smallest batch size, whose highest quantile is told where there is time for it. */
  private long firstNanos(long nanos) {
    return budgetNanos >= LONG_NANOS ? QUANTILE_NANOS : nanos / 2;
  }

  private void loading(ModelOnGpu model, long nanos) throws Exception {
    ModelOnGpu copy = model.copy(COPY);
    try (LinkProbe link = LinkProbe.open(0)) {
      model(model.name()).put("loading", new LoadBesideExec(model, copy, link, nanos).measured());
    } finally {
      copy.withdraw();
      copy.close();
    }
    save();
  }

  private JsonObject model(String name) {
    return child(child(result, "models"), name);
  }

  private static JsonObject child(JsonObject parent, String name) {
    if (!parent.containsKey(name)) {
      parent.put(name, new JsonObject());
    }
    return parent.getJsonObject(name);
  }

  private void tell(String name, Object value) throws IOException {
    result.put(name, value);
    save();
  }

  private void save() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("check.json"), result.encodePrettily());
    Files.writeString(out.resolve("check.md"), CheckPage.of(result));
  }
}
