package org.clockwork.gpunative.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Tensors;
import org.clockwork.gpunative.compiled.CompiledModel;
import org.clockwork.gpunative.compiled.GoldenRows;
import org.clockwork.gpunative.profile.Trials;

/**
 * Tries a model on its GPU before anybody may use it: whether it computes what it should, and how
 * long it takes. It has pages and a slot of its own for that, beside the cache.
 */
final class Trial implements AutoCloseable {
  /** Bytes of all ones are no number in any type of float. */
  private static final byte POISON = (byte) 0xff;

  private final CudaModel model;
  private final PagePool pages;
  private final PageSet all;
  private final GpuIoSlot slot;

  private Trial(CudaModel model, PagePool pages, GpuIoSlot slot) {
    this.model = model;
    this.pages = pages;
    this.slot = slot;
    int[] indices = new int[pages.count()];
    Arrays.setAll(indices, i -> i);
    this.all = new PageSet(indices);
  }

  /** The model's code is on the GPU. */
  static Trial of(CudaModel model) throws CudaException {
    int device = model.engine().gpu().context().index();
    CompiledModel plan = model.plan().plan();
    PagePool pages = PagePool.create(device, plan.pageBytes(), plan.weights().pages());
    try {
      GpuIoSlot slot = GpuIoSlot.reserve(device, model.plan().ioBytes());
      slot.growTo(model.plan().ioBytes());
      return new Trial(model, pages, slot);
    } catch (CudaException e) {
      pages.close();
      throw e;
    }
  }

  /** Every batch size on golden rows, with a workspace that holds nothing of use. */
  void compareWithGolden() throws DeviceException {
    GoldenRows golden = model.plan().checked().golden();
    model.load(pages, all);
    try {
      for (IoLayout layout : model.plan().layouts().values()) {
        int batch = layout.batch().size();
        poison();
        Optional<String> difference = golden.difference(run(layout, golden.inputs(batch)));
        if (difference.isPresent()) {
          throw new DeviceException(
              ErrorCode.INVALID_MODEL_PATH,
              "model '%s' doesn't compute on this GPU what it did where it was compiled: with batch size %d %s"
                  .formatted(model.spec().name(), batch, difference.get()));
        }
      }
    } finally {
      model.unload();
    }
  }

  private void poison() throws DeviceException {
    model
        .engine()
        .call(
            ErrorCode.RUNTIME_ERROR,
            "filling the workspace",
            () -> {
              model.engine().gpu().stage().poison(POISON);
              return null;
            });
  }

  private Tensors run(IoLayout layout, Tensors inputs) throws DeviceException {
    List<Tensors> parts = List.of(inputs);
    CudaInference inference =
        new CudaInference(model, layout, parts, slot, CudaInference.Listener.NOBODY);
    inference.input();
    inference.exec();
    return inference.output().getFirst();
  }

  /** To be called after {@link #compareWithGolden}: valid inputs are then in the slot. */
  Profile measure() throws DeviceException {
    long loadNanos =
        Trials.upperNanos(
            Trials.LOADS,
            () -> {
              model.load(pages, all);
              model.unload();
            });
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    model.load(pages, all);
    try {
      for (int batch : model.plan().layouts().keySet()) {
        execNanos.put(batch, Trials.warmUpperNanos(() -> model.exec(batch, slot)));
      }
    } finally {
      model.unload();
    }
    int largest = execNanos.lastKey();
    IoLayout layout = model.plan().layouts().get(largest);
    List<Tensors> inputs = List.of(model.plan().checked().golden().inputs(largest));
    CudaInference copied =
        new CudaInference(model, layout, inputs, slot, CudaInference.Listener.NOBODY);
    return new Profile(
        pages.count(),
        loadNanos,
        Trials.warmUpperNanos(copied::input) / largest,
        Trials.warmUpperNanos(copied::output) / largest,
        execNanos);
  }

  @Override
  public void close() throws CudaException {
    model.leavePages();
    slot.close();
    pages.close();
  }
}
