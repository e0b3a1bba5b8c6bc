package org.clockwork.test.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.clockwork.gpunative.RealTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealTimeTest {
  private static final Kernel ORDINARY = new Kernel(0, 0);

  /** SCHED_FIFO of priority 7. */
  private static final Kernel PREFERRED = new Kernel(1, 7);

  /**
   * How the kernel runs the thread that asks.
   *
   * @param policy 0 for ordinary threads, 1 for SCHED_FIFO
   */
  private record Kernel(int policy, int priority) {
    /** Fields 40 and 41 of proc_pid_stat(5); the name before them is in brackets. */
    static Kernel ofThisThread() {
      try {
        String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Kernel(Integer.parseInt(afterName[38]), Integer.parseInt(afterName[37]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Seen(boolean preferred, Kernel self, Kernel child) {}

  @Test
  @EnabledOnOs(OS.LINUX)
  void aThreadIsPreferredWhereThatIsPermittedAndThoseThatItStartsAreNot() {
    Seen seen = seenBy(RealTime.of(Map.of(RealTime.VARIABLE, "7")));
    assertEquals(seen.preferred() ? PREFERRED : ORDINARY, seen.self());
    assertEquals(ORDINARY, seen.child());
    assertEquals(ORDINARY, Kernel.ofThisThread());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "0"})
  @EnabledOnOs(OS.LINUX)
  void unlessItIsAskedForNothingChanges(String text) {
    Seen seen = seenBy(RealTime.of(Map.of(RealTime.VARIABLE, text)));
    assertFalse(seen.preferred());
    assertEquals(ORDINARY, seen.self());
  }

  @ParameterizedTest
  @ValueSource(strings = {"100", "-1", "high", "1.5", "99999999999"})
  void whatIsNoPriorityIsToldAsItStands(String text) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> RealTime.of(Map.of(RealTime.VARIABLE, text)));
    assertEquals(
        "CLOCKWORK_REALTIME_PRIORITY is '"
            + text
            + "'; expected a priority from 1 to 99, or 0 for none",
        refused.getMessage());
  }

  /** On a thread of its own, which ends with it. */
  private static Seen seenBy(RealTime realTime) {
    CompletableFuture<Seen> seen = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () ->
                seen.completeAsync(
                    () -> {
                      boolean preferred = realTime.preferThisThread();
                      CompletableFuture<Kernel> child = new CompletableFuture<>();
                      Thread.ofPlatform()
                          .start(() -> child.completeAsync(Kernel::ofThisThread, Runnable::run));
                      return new Seen(preferred, Kernel.ofThisThread(), child.join());
                    },
                    Runnable::run));
    return seen.join();
  }
}
