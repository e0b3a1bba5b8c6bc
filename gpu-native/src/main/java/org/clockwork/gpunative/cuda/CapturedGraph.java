package org.clockwork.gpunative.cuda;

import static org.clockwork.gpunative.cuda.CudaException.check;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/** Launches captured once, which the GPU then runs as one. */
final class CapturedGraph implements AutoCloseable {
  private final CUgraphExec graph = new CUgraphExec();

  private CapturedGraph() {}

  /** Gives work to the stream, which keeps it instead of running it. */
  interface Launches {
    void into(CudaStream stream) throws CudaException;
  }

  static CapturedGraph capture(CudaStream stream, Launches launches) throws CudaException {
    // Relaxed: other threads load and copy meanwhile, and none of that is captured.
    check(
        JCudaDriver.cuStreamBeginCapture(
            stream.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED),
        "cuStreamBeginCapture");
    CUgraph captured = new CUgraph();
    boolean launched = false;
    try {
      launches.into(stream);
      launched = true;
    } finally {
      int code = JCudaDriver.cuStreamEndCapture(stream.stream(), captured);
      if (launched) {
        check(code, "cuStreamEndCapture");
      }
    }
    CapturedGraph instantiated = new CapturedGraph();
    try {
      check(JCudaDriver.cuGraphInstantiate(instantiated.graph, captured, 0), "cuGraphInstantiate");
      // Its first launch is then as quick as any.
      check(JCudaDriver.cuGraphUpload(instantiated.graph, stream.stream()), "cuGraphUpload");
      stream.await();
    } finally {
      check(JCudaDriver.cuGraphDestroy(captured), "cuGraphDestroy");
    }
    return instantiated;
  }

  void launch(CudaStream stream) throws CudaException {
    check(JCudaDriver.cuGraphLaunch(graph, stream.stream()), "cuGraphLaunch");
  }

  @Override
  public void close() throws CudaException {
    check(JCudaDriver.cuGraphExecDestroy(graph), "cuGraphExecDestroy");
  }
}
