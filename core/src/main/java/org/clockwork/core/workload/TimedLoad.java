package org.clockwork.core.workload;

/** A load that says when it began and ended, so that rates can be told. */
public interface TimedLoad extends Load {

  /** When the run began, on the caller's clock. */
  long startNanos();

  /**
   * When the load ends, on the caller's clock: with its time, with a stop or, once done, with the
   * last answer of a load that ended by itself.
   */
  long loadEndNanos();
}
