package org.clockwork.benchmarks.gpu;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.gpunative.cuda.LinkProbe;

/**
 * LOAD alone, EXEC alone, and both at once: of a model and a copy of it. Then EXEC beside plain
 * copies, which is what no LOAD can be better than.
 */
final class LoadBesideExec {
  private static final int LOADS_ALONE = 50;
  private static final int LOADS_MAX = 2_000;
  private static final int LEAST_LOADS = 3;
  private static final int EXECS_MAX = 100_000;

  /** Of plain copies: a large model's. */
  private static final int COPIED_PAGES = 6;

  private static final long COPY_NANOS = 2_000_000;

  private final ModelOnGpu model;
  private final ModelOnGpu copy;
  private final LinkProbe link;
  private final long quarterNanos;

  /**
   * @param copy of the same model
   * @param link of the GPU that they are on
   * @param nanos that all of it may take
   */
  LoadBesideExec(ModelOnGpu model, ModelOnGpu copy, LinkProbe link, long nanos) {
    this.model = model;
    this.copy = copy;
    this.link = link;
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
    ModelOnGpu.Execs execs =
        beside(batch, () -> found.put("load_while_executing", json(loads(LOADS_MAX))));
    found.put("exec_while_loading", execs.thread().json());
    found.put("exec_while_loading_device", execs.device().json());
    int copies = (int) Math.max(1, quarterNanos / COPY_NANOS);
    ModelOnGpu.Execs copied =
        beside(batch, () -> link.copyNanos(COPIED_PAGES, DeviceSpec.PAGE_BYTES, copies));
    found.put("exec_while_copying", copied.thread().json());
    found.put("exec_while_copying_device", copied.device().json());
  }

  private interface Work {
    void done() throws DeviceException;
  }

  /** EXEC for as long as another thread has something else to do. */
  private ModelOnGpu.Execs beside(int batch, Work work) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Optional<Exception>> failure = new AtomicReference<>(Optional.empty());
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    work.done();
                  } catch (DeviceException | RuntimeException e) {
                    failure.set(Optional.of(e));
                  } finally {
                    done.set(true);
                  }
                });
    ModelOnGpu.Execs execs = copy.exec(batch, EXECS_MAX, () -> !done.get());
    other.join();
    if (failure.get().isPresent()) {
      throw failure.get().get();
    }
    return execs;
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
