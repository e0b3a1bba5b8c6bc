package org.clockwork.core.cluster;

/** One device of one worker. Called GPU throughout, as in the paper, also where it is a CPU. */
public record GpuId(WorkerId worker, int index) {
  @Override
  public String toString() {
    return worker + "-GPU" + index;
  }
}
