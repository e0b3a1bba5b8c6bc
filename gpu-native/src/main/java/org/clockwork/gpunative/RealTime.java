package org.clockwork.gpunative;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets threads that hardly work but must not be late run before all ordinary ones, as soon as they
 * have something to do: Linux' {@code SCHED_FIFO}, which the process must be permitted. Otherwise a
 * thread that wakes up on a busy machine waits for a few milliseconds until it is its turn.
 */
public final class RealTime {
  /** Names the priority, 1 to 99; 0, or unset, leaves everything to the kernel. */
  public static final String VARIABLE = "CLOCKWORK_REALTIME_PRIORITY";

  public static final RealTime NONE = new RealTime(0);

  private static final System.Logger LOG = System.getLogger(RealTime.class.getName());

  private static final int HIGHEST = 99;

  /**
   * {@code SCHED_FIFO} with {@code SCHED_RESET_ON_FORK}, from linux/sched.h: threads that this one
   * starts are ordinary ones, among them those of the garbage collector and the compiler.
   */
  private static final int FIRST_COME_AND_NO_HEIRS = 1 | 0x40000000;

  private static final Optional<MethodHandle> SET_SCHEDULER = setScheduler();
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private final ThreadLocal<Boolean> preferred;

  private RealTime(int priority) {
    this.preferred = ThreadLocal.withInitial(() -> priority > 0 && set(priority));
  }

  /**
   * What the environment asks for.
   *
   * @throws IllegalArgumentException it is no priority; the message is for the user
   */
  public static RealTime of(Map<String, String> environment) {
    String text = environment.getOrDefault(VARIABLE, "").strip();
    if (text.isEmpty()) {
      return NONE;
    }
    int priority = text.matches("\\d{1,3}") ? Integer.parseInt(text) : HIGHEST + 1;
    if (priority > HIGHEST) {
      throw new IllegalArgumentException(
          "%s is '%s'; expected a priority from 1 to %d, or 0 for none"
              .formatted(VARIABLE, text, HIGHEST));
    }
    return priority == 0 ? NONE : new RealTime(priority);
  }

  /**
   * Prefers the thread that calls this from now on, if that is wanted.
   *
   * @return whether it is preferred; false where the machine can't or the process may not, which is
   *     logged once
   */
  public boolean preferThisThread() {
    return preferred.get();
  }

  private static boolean set(int priority) {
    boolean set = SET_SCHEDULER.isPresent() && call(SET_SCHEDULER.get(), priority) == 0;
    if (!set && TOLD.compareAndSet(false, true)) {
      LOG.log(
          Level.WARNING,
          "{0}={1} has no effect: {2}",
          VARIABLE,
          priority,
          SET_SCHEDULER.isPresent()
              ? "the kernel refused it; the process needs CAP_SYS_NICE, or a limit of real-time"
                  + " priorities that is high enough (ulimit -r, LimitRTPRIO= of systemd)"
              : "only Linux has such priorities");
    }
    return set;
  }

  private static int call(MethodHandle setScheduler, int priority) {
    try (Arena arena = Arena.ofConfined()) {
      // struct sched_param has one field, sched_priority.
      MemorySegment parameters = arena.allocateFrom(JAVA_INT, priority);
      return (int) setScheduler.invokeExact(0, FIRST_COME_AND_NO_HEIRS, parameters);
    } catch (Throwable e) {
      throw new LinkageError("calling sched_setscheduler", e);
    }
  }

  /** {@code int sched_setscheduler(pid_t, int, const struct sched_param *)}; 0 is this thread. */
  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> setScheduler() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("sched_setscheduler")
        .map(
            address ->
                linker.downcallHandle(
                    address, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS)));
  }
}
