package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.clockwork.gpunative.compiled.Op;

/** The kernels of one model in the memory of one GPU. */
final class Kernels implements AutoCloseable {
  /** Beyond it a kernel has to be allowed its shared memory. */
  private static final int USUAL_SHARED_BYTES = 48 << 10;

  private record Key(int module, String kernel) {}

  private final List<CUmodule> modules = new ArrayList<>();
  private final Map<Key, CUfunction> functions = new HashMap<>();

  private Kernels() {}

  /**
   * @param images cubins, in the order in which ops name them
   */
  static Kernels load(List<byte[]> images) throws CudaException {
    Kernels kernels = new Kernels();
    try {
      for (byte[] image : images) {
        CUmodule module = new CUmodule();
        check(JCudaDriver.cuModuleLoadData(module, image), "cuModuleLoadData");
        kernels.modules.add(module);
      }
      return kernels;
    } catch (CudaException e) {
      kernels.close();
      throw e;
    }
  }

  /** Looks up every kernel that these ops call, which also brings it onto the GPU. */
  void find(List<Op.Cuda> ops) throws CudaException {
    Map<Key, Integer> sharedBytes = new HashMap<>();
    for (Op.Cuda op : ops) {
      sharedBytes.merge(new Key(op.module(), op.kernel()), op.sharedBytes(), Math::max);
    }
    for (Map.Entry<Key, Integer> each : sharedBytes.entrySet()) {
      CUfunction function = functions.get(each.getKey());
      if (function == null) {
        function = new CUfunction();
        check(
            JCudaDriver.cuModuleGetFunction(
                function, modules.get(each.getKey().module()), each.getKey().kernel()),
            "cuModuleGetFunction(%s)".formatted(each.getKey().kernel()));
        functions.put(each.getKey(), function);
      }
      allow(function, each.getKey().kernel(), each.getValue());
    }
  }

  /** Reading an attribute loads a kernel that the driver would else load in its first launch. */
  private static void allow(CUfunction function, String kernel, int sharedBytes)
      throws CudaException {
    int[] allowed = new int[1];
    int attribute = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
    check(
        JCudaDriver.cuFuncGetAttribute(allowed, attribute, function),
        "cuFuncGetAttribute(%s)".formatted(kernel));
    if (sharedBytes > Math.max(allowed[0], USUAL_SHARED_BYTES)) {
      check(
          JCudaDriver.cuFuncSetAttribute(function, attribute, sharedBytes),
          "cuFuncSetAttribute(%s, %d bytes of shared memory)".formatted(kernel, sharedBytes));
    }
  }

  /** Gives these launches to the stream, in order. */
  void launch(List<Op.Cuda> ops, Addresses addresses, CudaStream stream) throws CudaException {
    for (Op.Cuda op : ops) {
      try (Arena arena = Arena.ofConfined()) {
        check(
            JCudaDriver.cuLaunchKernel(
                functions.get(new Key(op.module(), op.kernel())),
                op.grid().x(),
                op.grid().y(),
                op.grid().z(),
                op.block().x(),
                op.block().y(),
                op.block().z(),
                op.sharedBytes(),
                stream.stream(),
                KernelArguments.of(op.args(), addresses, arena),
                null),
            "cuLaunchKernel(%s)".formatted(op.kernel()));
      }
    }
  }

  @Override
  public void close() throws CudaException {
    for (CUmodule module : modules) {
      check(JCudaDriver.cuModuleUnload(module), "cuModuleUnload");
    }
    modules.clear();
  }
}
