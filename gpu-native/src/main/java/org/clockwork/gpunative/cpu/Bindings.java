package org.clockwork.gpunative.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.clockwork.core.device.DeviceException;
import org.clockwork.gpunative.batch.BatchBuffers;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.Extent;
import org.clockwork.gpunative.compiled.Program;
import org.clockwork.gpunative.cpu.BoundProgram.Addresses;

/**
 * All programs of one model, bound to one range of weights, one workspace and some io slots: what
 * EXEC needs is here, made once.
 */
final class Bindings implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Area workspace;
  private final Map<Integer, BoundBatch> batches = new TreeMap<>();

  /** A batch size with what its slots see and run. */
  private record BoundBatch(
      Batch batch, Program.Cpu program, List<BatchBuffers> buffers, List<BoundProgram> slots) {}

  /**
   * Binds the batch sizes that are served.
   *
   * @param slots large enough for each of them, as is the workspace
   */
  Bindings(PreparedPlan plan, AddressRange weights, Area workspace, List<Area> slots) {
    this.workspace = workspace;
    for (Batch batch : plan.batches()) {
      Program.Cpu program = batch.program(plan.target()).orElseThrow();
      List<BatchBuffers> buffers = new ArrayList<>();
      List<BoundProgram> bound = new ArrayList<>();
      for (Area slot : slots) {
        buffers.add(new BatchBuffers(views(slot, batch.inputs()), views(slot, batch.outputs())));
        Addresses addresses =
            new Addresses(
                tensor -> weights.address() + plan.offset(tensor),
                slot.address(),
                workspace.address());
        bound.add(
            bound.isEmpty()
                ? BoundProgram.bind(program, plan.modules(), addresses, arena)
                : bound.getFirst().forSlot(program, plan.modules(), addresses, arena));
      }
      batches.put(batch.size(), new BoundBatch(batch, program, buffers, bound));
    }
  }

  /** What a batch of that size sees of that slot. */
  BatchBuffers buffers(int batch, int slot) {
    return batches.get(batch).buffers().get(slot);
  }

  /** Runs what lies in that slot. The weights are in their range; nothing else runs meanwhile. */
  void run(int batch, int slot, Area io, ProgramRun how) throws DeviceException {
    BoundBatch bound = batches.get(batch);
    how.run(
        bound.slots().get(slot), bound.batch(), bound.program().workspaceBytes(), io, workspace);
  }

  private static List<ByteBuffer> views(Area slot, List<Extent> extents) {
    List<ByteBuffer> views = new ArrayList<>();
    for (Extent extent : extents) {
      MemorySegment bytes = slot.bytes(extent.offset(), extent.bytes());
      views.add(bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
    return views;
  }

  @Override
  public void close() {
    arena.close();
  }
}
