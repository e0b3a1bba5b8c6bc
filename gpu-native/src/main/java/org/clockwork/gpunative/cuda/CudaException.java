package org.clockwork.gpunative.cuda;

import static jcuda.driver.CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED;
import static jcuda.driver.CUresult.CUDA_ERROR_DEINITIALIZED;
import static jcuda.driver.CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE;
import static jcuda.driver.CUresult.CUDA_ERROR_ECC_UNCORRECTABLE;
import static jcuda.driver.CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR;
import static jcuda.driver.CUresult.CUDA_ERROR_ILLEGAL_ADDRESS;
import static jcuda.driver.CUresult.CUDA_ERROR_LAUNCH_FAILED;
import static jcuda.driver.CUresult.CUDA_ERROR_LAUNCH_TIMEOUT;
import static jcuda.driver.CUresult.CUDA_ERROR_NO_DEVICE;
import static jcuda.driver.CUresult.CUDA_ERROR_OUT_OF_MEMORY;
import static jcuda.driver.CUresult.CUDA_ERROR_UNKNOWN;

import java.util.Set;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * A call of the driver that didn't do what was asked; the message names the call and its reason.
 */
final class CudaException extends Exception {
  private static final long serialVersionUID = 1;

  /** After one of these nothing works any more that this process does on that GPU. */
  private static final Set<Integer> FATAL =
      Set.of(
          CUDA_ERROR_DEINITIALIZED,
          CUDA_ERROR_DEVICE_UNAVAILABLE,
          CUDA_ERROR_NO_DEVICE,
          CUDA_ERROR_ECC_UNCORRECTABLE,
          CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
          CUDA_ERROR_ILLEGAL_ADDRESS,
          CUDA_ERROR_LAUNCH_TIMEOUT,
          CUDA_ERROR_CONTEXT_IS_DESTROYED,
          CUresult.CUDA_ERROR_ASSERT,
          CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUDA_ERROR_LAUNCH_FAILED,
          CUDA_ERROR_UNKNOWN);

  private final int code;

  private CudaException(int code, String message) {
    super(message);
    this.code = code;
  }

  /**
   * @param code {@code CUresult}
   * @param call the driver's function
   */
  static void check(int code, String call) throws CudaException {
    if (code != CUresult.CUDA_SUCCESS) {
      throw new CudaException(code, "%s says %s".formatted(call, reason(code)));
    }
  }

  int code() {
    return code;
  }

  boolean outOfMemory() {
    return code == CUDA_ERROR_OUT_OF_MEMORY;
  }

  /** The GPU, or this process' context on it, can't be used any more. */
  boolean fatal() {
    return FATAL.contains(code);
  }

  /** {@code 719 CUDA_ERROR_LAUNCH_FAILED: unspecified launch failure}. */
  private static String reason(int code) {
    String[] name = {CUresult.stringFor(code)};
    String[] words = {""};
    JCudaDriver.cuGetErrorString(code, words);
    return "%d %s%s"
        .formatted(code, name[0], words[0] == null || words[0].isEmpty() ? "" : ": " + words[0]);
  }
}
