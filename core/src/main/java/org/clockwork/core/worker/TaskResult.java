package org.clockwork.core.worker;

import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.action.Span;
import org.clockwork.core.device.Device;
import org.clockwork.core.model.Tensors;

/**
 * How a task ended. There is no "too early": an executor waits for the window to open instead of
 * refusing.
 */
public sealed interface TaskResult {

  /** When the executor was free again. */
  long endedNanos();

  /** LOAD, UNLOAD, EXEC, withdrawal or release is through. */
  record Done(Span span) implements TaskResult {
    @Override
    public long endedNanos() {
      return span.endedNanos();
    }
  }

  record Registered(Span span, Device.Hosted hosted) implements TaskResult {
    @Override
    public long endedNanos() {
      return span.endedNanos();
    }
  }

  /** INPUT is through; the batch now holds an io slot. */
  record Copied(Span span, Device.Inference inference) implements TaskResult {
    @Override
    public long endedNanos() {
      return span.endedNanos();
    }
  }

  /**
   * OUTPUT is through; the io slot is free again.
   *
   * @param outputs one entry for each part, in order
   * @param clock that the GPU ran at while it computed them
   */
  record Answered(Span span, List<Tensors> outputs, GpuClock clock) implements TaskResult {
    public Answered {
      outputs = List.copyOf(outputs);
    }

    @Override
    public long endedNanos() {
      return span.endedNanos();
    }
  }

  /** What it was run for did not happen; an io slot that it reserved is free again. */
  sealed interface Undone extends TaskResult {}

  /** Not begun: its window had closed by {@code nowNanos}. */
  record TooLate(long nowNanos) implements Undone {
    @Override
    public long endedNanos() {
      return nowNanos;
    }
  }

  /** Begun, but the device could not do it. */
  record Failed(Span span, ErrorCode code, String reason) implements Undone {
    @Override
    public long endedNanos() {
      return span.endedNanos();
    }
  }
}
