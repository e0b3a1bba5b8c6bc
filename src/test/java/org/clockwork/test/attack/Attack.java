package org.clockwork.test.attack;

import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * One parser, and what it is attacked with: something right, which {@link Garbler} makes wrong.
 * Whatever it is given, it takes it, or it complains in words by one of its own exceptions; and it
 * costs memory in proportion to what it was given.
 *
 * @param sample something right, drawn by lot
 * @param words what means something in its language, to be put where it doesn't belong
 * @param target takes it
 * @param complaints what it may throw
 * @param bytesMax what one case may allocate whatever it is; beside it {@link Assault} lets each
 *     byte cost some
 */
public record Attack(
    String name,
    Function<RandomGenerator, byte[]> sample,
    List<byte[]> words,
    Target target,
    List<Class<? extends Throwable>> complaints,
    long bytesMax) {

  /** Takes what it is given, or throws. */
  @FunctionalInterface
  public interface Target {
    void take(byte[] bytes) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }
}
