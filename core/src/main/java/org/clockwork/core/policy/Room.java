package org.clockwork.core.policy;

import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Replica;

/** When a GPU that has candidates is to be given the next of them. */
final class Room {
  private final Board board;
  private final Leeway leeway;

  Room(Board board, Leeway leeway) {
    this.board = board;
    this.leeway = leeway;
  }

  /** Whether it is to be given one now. A worker that is far behind gets nothing new. */
  boolean isThere(Gpu gpu, long now) {
    return atNanos(gpu, now) <= now && gpu.exec().lagNanos(now) <= board.config().maxLagNanos();
  }

  /**
   * When the first of its candidates is to be given to the GPU, and to the way to it; the end of
   * time where an arrival of inputs is to be awaited.
   */
  long atNanos(Gpu gpu, long now) {
    long inputNanos = inputNanos(gpu);
    long aheadNanos = leeway.aheadNanos(gpu);
    long execRoom = gpu.exec().usuallyFreeAtNanos(now) - aheadNanos - inputNanos + 1;
    return inputNanos == 0
        ? execRoom
        : Math.max(execRoom, board.inputRoomAtNanos(gpu, aheadNanos, now));
  }

  /**
   * When to look again; the end of time where there is nothing to wait for but the end of something
   * that is late.
   */
  long wakeAtNanos(Gpu gpu, long now) {
    boolean waits = !gpu.candidates().isEmpty() && !gpu.gone() && gpu.exec().lagNanos(now) <= 0;
    return waits ? atNanos(gpu, now) : Long.MAX_VALUE;
  }

  /** What the inputs of the next batch take to come: so much earlier it has to be decided. */
  private long inputNanos(Gpu gpu) {
    if (!board.anyInputsAreHeld()) {
      return 0;
    }
    Replica next = gpu.candidates().first().value();
    if (next.model().queue().isEmpty()) {
      return 0;
    }
    int rows = Math.min(next.model().queue().rows(), next.estimates().largestBatch());
    return Math.min(
        Board.INPUTS_AHEAD_NANOS_MAX, board.inputNanos(gpu, next.model().queue().first(), rows));
  }
}
