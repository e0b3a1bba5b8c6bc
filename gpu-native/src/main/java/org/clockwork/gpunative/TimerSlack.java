package org.clockwork.gpunative;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Linux lets a sleeping thread's timer be late by its slack, 50 µs unless told otherwise, to save
 * wake-ups. This tells it otherwise.
 */
final class TimerSlack {
  private static final System.Logger LOG = System.getLogger(TimerSlack.class.getName());

  /** From linux/prctl.h. */
  private static final int PR_SET_TIMERSLACK = 29;

  /** 0 would bring the default back. */
  private static final long SLACK_NANOS = 1;

  private static final Optional<MethodHandle> PRCTL = prctl();

  private TimerSlack() {}

  /** Says whether it could be done; where it can't, waits are some 50 µs coarser. */
  static boolean setForThisThread() {
    return PRCTL.isPresent() && set(PRCTL.get());
  }

  private static boolean set(MethodHandle prctl) {
    try {
      return (int) prctl.invokeExact(PR_SET_TIMERSLACK, SLACK_NANOS) == 0;
    } catch (Throwable e) {
      throw new LinkageError("calling prctl(PR_SET_TIMERSLACK)", e);
    }
  }

  /** {@code int prctl(int option, ...)}; this option takes one unsigned long. */
  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> prctl() {
    Optional<MethodHandle> prctl = Optional.empty();
    if (System.getProperty("os.name").equals("Linux")) {
      Linker linker = Linker.nativeLinker();
      prctl =
          linker
              .defaultLookup()
              .find("prctl")
              .map(
                  address ->
                      linker.downcallHandle(
                          address,
                          FunctionDescriptor.of(
                              ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
                          Linker.Option.firstVariadicArg(1)));
    }
    if (prctl.isEmpty()) {
      LOG.log(
          Level.INFO,
          "this machine has no prctl, so timers keep their default slack and waits are coarser");
    }
    return prctl;
  }
}
