class CudaTarget: pass
