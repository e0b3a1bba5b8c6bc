package org.clockwork.core.action;

/**
 * What a GPU ran at, as last seen before and after an EXEC: where it sinks, the GPU slowed itself
 * down.
 */
public record GpuClock(int beforeMegahertz, int afterMegahertz) {
  /** Of a device that has no clock, or keeps it to itself. */
  public static final GpuClock UNTOLD = new GpuClock(0, 0);
}
