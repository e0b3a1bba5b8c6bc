package org.clockwork.gpunative.cuda;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;

/**
 * Machine code and captured graphs on one GPU, within a bound: they lie outside the pages, and
 * thousands of models have more than fits. What was used longest ago goes first, and never that of
 * a model that is loaded. Used by the LOAD executor alone.
 */
final class CodeCache {
  private final long mostBytes;
  private final int mostGraphs;
  private final Engine engine;

  /** The one used longest ago first. */
  private final SequencedSet<CudaModel> present = new LinkedHashSet<>();

  private long bytes;
  private int graphs;

  CodeCache(long mostBytes, int mostGraphs, Engine engine) {
    this.mostBytes = mostBytes;
    this.mostGraphs = mostGraphs;
    this.engine = engine;
  }

  /** The model's code is on the GPU from now on. */
  void fetch(CudaModel model) throws DeviceException {
    if (!model.hasCode()) {
      engine.call(
          ErrorCode.RUNTIME_ERROR,
          "the machine code of model '%s'".formatted(model.spec().name()),
          () -> {
            makeRoom(model);
            model.fetchCode(engine.gpu().load(model.plan().weights().bytes()).stream());
            return model;
          });
      bytes += model.plan().codeBytes();
      graphs += model.plan().programs().size();
    }
    present.remove(model);
    present.addLast(model);
  }

  private void makeRoom(CudaModel model) throws CudaException, DeviceException {
    long needBytes = model.plan().codeBytes();
    int needGraphs = model.plan().programs().size();
    Iterator<CudaModel> oldest = present.iterator();
    while (bytes + needBytes > mostBytes || graphs + needGraphs > mostGraphs) {
      if (!oldest.hasNext()) {
        throw new DeviceException(
            ErrorCode.INSUFFICIENT_CACHE,
            "model '%s' needs %d bytes of code and %d graphs on the GPU; %d of %d bytes and %d of %d graphs belong to models that are loaded; raise codeBytesMax or graphsMax of cuda in conf/worker.json"
                .formatted(
                    model.spec().name(),
                    needBytes,
                    needGraphs,
                    bytes,
                    mostBytes,
                    graphs,
                    mostGraphs));
      }
      CudaModel candidate = oldest.next();
      if (!candidate.loaded()) {
        oldest.remove();
        give(candidate);
      }
    }
  }

  /** Forgets a model that is not loaded. */
  void drop(CudaModel model) throws CudaException {
    if (present.remove(model)) {
      give(model);
    }
  }

  private void give(CudaModel model) throws CudaException {
    bytes -= model.plan().codeBytes();
    graphs -= model.plan().programs().size();
    model.dropCode();
  }
}
