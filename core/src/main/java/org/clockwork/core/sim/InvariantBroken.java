package org.clockwork.core.sim;

import java.util.function.Supplier;

/** Something happened in a simulated world that must never happen. */
public final class InvariantBroken extends AssertionError {
  private static final long serialVersionUID = 1;

  public InvariantBroken(long nanos, String what) {
    super("at %.6f s: %s".formatted(nanos / 1e9, what));
  }

  static void unless(boolean holds, long nanos, Supplier<String> what) {
    if (!holds) {
      throw new InvariantBroken(nanos, what.get());
    }
  }
}
