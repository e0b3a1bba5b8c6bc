package org.clockwork.benchmarks.gpu;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.clockwork.core.device.DeviceException;

/** LOAD alone, EXEC alone, and both at once: of a model and a copy of it. */
final class LoadBesideExec {
  private static final int LOADS_ALONE = 50;
  private static final int LOADS_MAX = 2_000;
  private static final int LEAST_LOADS = 3;
  private static final int EXECS_MAX = 100_000;

  private final ModelOnGpu model;
  private final ModelOnGpu copy;
  private final long quarterNanos;

  /**
   * @param copy of the same model
   * @param nanos that all of it may take
   */
  LoadBesideExec(ModelOnGpu model, ModelOnGpu copy, long nanos) {
    this.model = model;
    this.copy = copy;
    this.quarterNanos = nanos / 4;
  }

  JsonObject measured() throws Exception {
    JsonObject found = new JsonObject();
    found.put("load_alone", json(loads(LOADS_ALONE)));
    int batch = copy.batches().getFirst();
    copy.load(copy.pagesFrom(201));
    try {
      long until = System.nanoTime() + quarterNanos;
      found.put(
          "exec_alone",
          copy.exec(batch, EXECS_MAX, () -> System.nanoTime() < until).thread().json());
      both(batch, found);
    } finally {
      copy.unload();
    }
    return found;
  }

  private void both(int batch, JsonObject found) throws Exception {
    AtomicBoolean loaded = new AtomicBoolean();
    AtomicReference<Optional<long[]>> loads = new AtomicReference<>(Optional.empty());
    AtomicReference<Optional<Exception>> failure = new AtomicReference<>(Optional.empty());
    Thread loader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    loads.set(Optional.of(loads(LOADS_MAX)));
                  } catch (DeviceException | RuntimeException e) {
                    failure.set(Optional.of(e));
                  } finally {
                    loaded.set(true);
                  }
                });
    ModelOnGpu.Execs execs = copy.exec(batch, EXECS_MAX, () -> !loaded.get());
    loader.join();
    found.put("exec_while_loading", execs.thread().json());
    found.put("exec_while_loading_device", execs.device().json());
    loads.get().ifPresent(nanos -> found.put("load_while_executing", json(nanos)));
    failure.get().ifPresent(e -> found.put("failure", e.toString()));
  }

  /** Into other pages each time. */
  private long[] loads(int most) throws DeviceException {
    long until = System.nanoTime() + quarterNanos;
    long[] nanos = new long[most];
    int count = 0;
    while (count < most && (count < LEAST_LOADS || System.nanoTime() < until)) {
      nanos[count++] = model.load(model.pagesFrom(3 + 7 * (count % 5)));
      model.unload();
    }
    return Arrays.copyOf(nanos, count);
  }

  private JsonObject json(long[] nanos) {
    Quantiles quantiles = Quantiles.of(nanos, nanos.length);
    double bytes = model.checked().weights().byteSize();
    return quantiles.json().put("gigabytes_per_second", bytes / (quantiles.micros(0.5) * 1e3));
  }
}
