package org.clockwork.core.device;

import org.clockwork.core.action.ErrorCode;

/** A device could not do what it was told; the worker refuses the action with this code. */
public final class DeviceException extends Exception {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  public DeviceException(ErrorCode code, String reason) {
    super(reason);
    this.code = code;
  }

  public DeviceException(ErrorCode code, String reason, Throwable cause) {
    super(reason, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
