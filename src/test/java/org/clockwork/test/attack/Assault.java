package org.clockwork.test.attack;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.random.RandomGenerator;
import org.clockwork.test.Seeds;

/** Carries an attack out, and objects to whatever should not come of it. */
public final class Assault {
  /** What a byte may cost: one that is a number in JSON becomes an object, and is told of. */
  private static final long BYTES_EACH = 400;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Assault() {}

  /** With that many cases, each of a seed of its own. */
  public static void carryOut(Attack attack, int cases) {
    Seeds.each(cases, seed -> one(attack, seed));
  }

  private static void one(Attack attack, long seed) {
    RandomGenerator dice = Seeds.random(seed);
    byte[] bytes = new Garbler(dice, attack.words()).garbled(attack.sample().apply(dice));
    long bound = attack.bytesMax() + BYTES_EACH * bytes.length;
    long allocated = allocated(attack, bytes);
    if (allocated > bound) {
      allocated = allocated(attack, bytes); // The first may have paid for classes to be loaded.
    }
    if (allocated > bound) {
      throw new AssertionError(
          "%s allocated %d bytes for %d".formatted(attack, allocated, bytes.length));
    }
  }

  private static long allocated(Attack attack, byte[] bytes) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Throwable thrown = thrown(attack, bytes);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (thrown != null) {
      judge(attack, thrown);
    }
    return allocated;
  }

  /** What it threw; null where it took what it was given. */
  private static Throwable thrown(Attack attack, byte[] bytes) {
    try {
      attack.target().take(bytes);
      return null;
    } catch (Exception | StackOverflowError | OutOfMemoryError | AssertionError e) {
      return e;
    }
  }

  private static void judge(Attack attack, Throwable thrown) {
    if (attack.complaints().stream().noneMatch(kind -> kind.isInstance(thrown))) {
      throw new AssertionError("%s threw %s".formatted(attack, thrown), thrown);
    }
    String words = thrown.getMessage();
    if (words == null || words.isBlank() || words.endsWith(": null")) {
      throw new AssertionError("%s complained without words: %s".formatted(attack, thrown), thrown);
    }
  }
}
