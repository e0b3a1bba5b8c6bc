package org.clockwork.core.policy;

import org.clockwork.core.scheduler.Gpu;

/** How early actions are decided, and how much time is left between EXEC and the deadline. */
interface Leeway {
  /** A GPU is fed while less than this is outstanding. */
  long aheadNanos(Gpu gpu);

  /** EXEC is planned to end so long before its requests' deadlines. */
  long marginNanos(Gpu gpu);

  /** As published: always the same, the deadlines having a buffer already. */
  static Leeway fixed(long aheadNanos) {
    return new Leeway() {
      @Override
      public long aheadNanos(Gpu gpu) {
        return aheadNanos;
      }

      @Override
      public long marginNanos(Gpu gpu) {
        return 0;
      }
    };
  }

  /** What the way to the worker and back demands as it was measured, and no more. */
  Leeway MEASURED =
      new Leeway() {
        @Override
        public long aheadNanos(Gpu gpu) {
          return gpu.host().delays().aheadNanos();
        }

        @Override
        public long marginNanos(Gpu gpu) {
          return gpu.host().delays().marginNanos();
        }
      };
}
