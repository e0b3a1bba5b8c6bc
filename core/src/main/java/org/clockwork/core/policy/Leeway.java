package org.clockwork.core.policy;

import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;

/** How early actions are decided, and how much time is left between EXEC and the deadline. */
interface Leeway {
  /** A GPU is fed while less than this is outstanding. */
  long aheadNanos(Gpu gpu);

  /** EXEC is planned to end so long before its requests' deadlines. */
  long marginNanos(Gpu gpu, long now);

  /** However uncertain the ways are, a tight objective is tried: else nobody learns better. */
  static long tried(long marginNanos, long sloNanos) {
    return Math.min(marginNanos, sloNanos / 4);
  }

  /** As published: always the same, the deadlines having a buffer already. */
  static Leeway fixed(long aheadNanos) {
    return new Leeway() {
      @Override
      public long aheadNanos(Gpu gpu) {
        return aheadNanos;
      }

      @Override
      public long marginNanos(Gpu gpu, long now) {
        return 0;
      }
    };
  }

  /** As early as {@link #measured}, the deadlines having their margin already. */
  static Leeway measuredAhead(Board board) {
    Leeway measured = measured(board);
    return new Leeway() {
      @Override
      public long aheadNanos(Gpu gpu) {
        return measured.aheadNanos(gpu);
      }

      @Override
      public long marginNanos(Gpu gpu, long now) {
        return 0;
      }
    };
  }

  /**
   * What the scheduler's alarms and the way to the worker and back demand as it was measured, and
   * no more.
   */
  static Leeway measured(Board board) {
    return new Leeway() {
      @Override
      public long aheadNanos(Gpu gpu) {
        long nanos = gpu.host().delays().aheadNanos() + board.timers().latenessNanos();
        return Math.min(nanos, board.config().scheduleAheadNanos());
      }

      @Override
      public long marginNanos(Gpu gpu, long now) {
        return gpu.host().delays().hopefulMarginNanos(now);
      }
    };
  }
}
