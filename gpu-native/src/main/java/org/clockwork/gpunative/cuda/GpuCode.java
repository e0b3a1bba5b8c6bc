package org.clockwork.gpunative.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.gpunative.compiled.Program;

/** All that runs one model on one GPU: its kernels, and a captured graph for each batch size. */
final class GpuCode implements AutoCloseable {
  private final Kernels kernels;
  private final Addresses addresses;
  private final Map<Integer, Program.Cuda> programs;
  private final Map<Integer, CapturedGraph> graphs = new LinkedHashMap<>();

  private GpuCode(Kernels kernels, Addresses addresses, Map<Integer, Program.Cuda> programs) {
    this.kernels = kernels;
    this.addresses = addresses;
    this.programs = programs;
  }

  /**
   * @param images the target's modules
   * @param programs by batch size
   * @param stream that nobody else gives work to meanwhile
   */
  static GpuCode load(
      List<byte[]> images,
      Map<Integer, Program.Cuda> programs,
      Addresses addresses,
      CudaStream stream)
      throws CudaException {
    GpuCode code = new GpuCode(Kernels.load(images), addresses, programs);
    try {
      for (Map.Entry<Integer, Program.Cuda> program : programs.entrySet()) {
        code.kernels.find(program.getValue().ops());
        code.graphs.put(
            program.getKey(),
            CapturedGraph.capture(
                stream, captured -> code.launchPlainly(program.getKey(), captured)));
      }
      return code;
    } catch (CudaException e) {
      code.close();
      throw e;
    }
  }

  /** Runs one batch as one call. */
  void launch(int batch, CudaStream stream) throws CudaException {
    graphs.get(batch).launch(stream);
  }

  /** The same kernel by kernel. */
  void launchPlainly(int batch, CudaStream stream) throws CudaException {
    kernels.launch(programs.get(batch).ops(), addresses, stream);
  }

  int graphs() {
    return graphs.size();
  }

  @Override
  public void close() throws CudaException {
    for (CapturedGraph graph : new ArrayList<>(graphs.values())) {
      graph.close();
    }
    graphs.clear();
    kernels.close();
  }
}
