package org.clockwork.gpunative.cpu;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.batch.BatchBuffers;
import org.clockwork.gpunative.profile.Trials;

/**
 * Runs a model before it is served, in pages, workspace and io of its own: other models may be
 * running meanwhile.
 */
final class Trial implements AutoCloseable {
  private static final int SLOT = 0;

  private final PreparedPlan plan;
  private final ModelSpec spec;
  private final PageSet pages;
  private final PagePool pool;
  private final AddressRange weights;
  private final Area workspace;
  private final Area io;
  private final Bindings bindings;

  Trial(PreparedPlan plan) {
    this.plan = plan;
    this.spec = plan.spec(plan.source().name());
    int count = plan.plan().weights().pages();
    // In another order than the model's, as pages come in a cache that was used for a while.
    this.pages = new PageSet(IntStream.range(0, count).map(i -> count - 1 - i).toArray());
    this.pool = new PagePool(Math.max(1, count));
    this.weights = new AddressRange(count);
    this.workspace = new Area(plan.workspaceBytes());
    this.io = new Area(plan.ioBytes());
    workspace.grow(plan.workspaceBytes());
    io.grow(plan.ioBytes());
    this.bindings = new Bindings(plan, weights, workspace, List.of(io));
  }

  /**
   * That every batch size answers its golden inputs with the golden outputs.
   *
   * @throws DeviceException one doesn't: the machine code is not what the plan says
   */
  void checkGoldens() throws DeviceException {
    load();
    for (int batch : plan.batchSizes()) {
      Tensors inputs = plan.model().golden().inputs(batch);
      BatchBuffers buffers = bindings.buffers(batch, SLOT);
      buffers.gather(spec, List.of(inputs));
      try {
        bindings.run(batch, SLOT, io, ProgramRun.WATCHED);
      } catch (DeviceException e) {
        throw wrong(batch, e.getMessage(), e);
      }
      Tensors outputs = buffers.answers(spec, List.of(inputs)).getFirst();
      Optional<String> difference = plan.model().golden().difference(outputs);
      if (difference.isPresent()) {
        throw wrong(batch, difference.get(), null);
      }
    }
  }

  private DeviceException wrong(int batch, String what, Throwable cause) {
    return new DeviceException(
        ErrorCode.INVALID_MODEL_PATH,
        "model '%s': %s with batch size %d for %s: %s; compile it again"
            .formatted(
                spec.name(),
                plan.plan().file(plan.plan().golden().file()),
                batch,
                plan.target(),
                what),
        cause);
  }

  /** How long its steps take here, on golden inputs. */
  Profile measure() throws DeviceException {
    long loadNanos = Trials.upperNanos(Trials.LOADS, this::load);
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    int largest = 1;
    for (int batch : plan.batchSizes()) {
      bindings.buffers(batch, SLOT).gather(spec, List.of(plan.model().golden().inputs(batch)));
      execNanos.put(
          batch, Trials.warmUpperNanos(() -> bindings.run(batch, SLOT, io, ProgramRun.PLAIN)));
      largest = batch;
    }
    BatchBuffers buffers = bindings.buffers(largest, SLOT);
    return new Profile(
        pages.count(),
        loadNanos,
        Trials.copyNanos(buffers.inputs()) / largest,
        Trials.copyNanos(buffers.outputs()) / largest,
        execNanos);
  }

  private void load() {
    pool.load(plan.model().weights(), pages, weights);
  }

  @Override
  public void close() {
    bindings.close();
    weights.close();
    pool.close();
    workspace.close();
    io.close();
  }
}
