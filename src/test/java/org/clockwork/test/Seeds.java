package org.clockwork.test;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Tries a claim against many seeds. The seed of a failure is in its message; {@code
 * -Dclockwork.seed=N} tries that one alone.
 */
public final class Seeds {
  private static final String ONE_SEED = "clockwork.seed";

  private Seeds() {}

  /** A claim about everything that a seed can lead to. */
  @FunctionalInterface
  public interface Claim {
    void holds(long seed) throws Exception;
  }

  /** Tries seeds 0 to {@code count - 1}. */
  public static void each(int count, Claim claim) {
    String only = System.getProperty(ONE_SEED);
    if (only != null) {
      attempt(Long.parseLong(only), claim);
      return;
    }
    for (long seed = 0; seed < count; seed++) {
      attempt(seed, claim);
    }
  }

  public static RandomGenerator random(long seed) {
    return new SplittableRandom(seed);
  }

  private static void attempt(long seed, Claim claim) {
    try {
      claim.holds(seed);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "does not hold for seed %d: %s; replay with ./clockwork test -Dtest=%s -D%s=%d"
              .formatted(seed, e.getMessage(), claimant(), ONE_SEED, seed),
          e);
    }
  }

  /** The test that makes the claim, as Surefire names it. */
  private static String claimant() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getDeclaringClass() != Seeds.class)
                    .findFirst()
                    .map(
                        frame ->
                            frame.getDeclaringClass().getSimpleName() + "#" + frame.getMethodName())
                    .orElseThrow());
  }
}
