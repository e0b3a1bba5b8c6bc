package org.clockwork.gpunative.nvml;

/** A call of NVML that didn't do what was asked; the message names the call and NVML's reason. */
final class NvmlException extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  NvmlException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** {@code nvmlReturn_t}. */
  int code() {
    return code;
  }
}
