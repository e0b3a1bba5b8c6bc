package org.clockwork.gpunative.cpu;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.gpunative.compiled.Batch;
import org.clockwork.gpunative.compiled.Extent;

/**
 * How programs are run: as they are, or watched, so that one which reads what it didn't write, or
 * writes where it mustn't, gives itself away.
 */
enum ProgramRun {
  PLAIN {
    @Override
    void run(BoundProgram program, Batch batch, long workspaceBytes, Area io, Area workspace)
        throws DeviceException {
      program.run();
    }
  },

  /** Every model's goldens run like this, before it is served. */
  WATCHED {
    @Override
    void run(BoundProgram program, Batch batch, long workspaceBytes, Area io, Area workspace)
        throws DeviceException {
      workspace.poison(0, workspaceBytes);
      for (Extent output : batch.outputs()) {
        io.poison(output.offset(), output.bytes());
      }
      workspace.guard(workspaceBytes);
      io.guard(batch.ioBytes());
      program.run();
      if (workspace.trespassed(workspaceBytes) || io.trespassed(batch.ioBytes())) {
        throw new DeviceException(
            ErrorCode.RUNTIME_ERROR,
            "a kernel wrote outside of its areas (io_bytes %d, workspace_bytes %d)"
                .formatted(batch.ioBytes(), workspaceBytes));
      }
    }
  };

  abstract void run(BoundProgram program, Batch batch, long workspaceBytes, Area io, Area workspace)
      throws DeviceException;
}
