package org.clockwork.core.trace;

import java.util.random.RandomGenerator;

/** Which model a trace's functions stand for, where there are more functions than models. */
public enum Mapping {
  /**
   * As published: equal parts of the functions in their order, so that the first models get all of
   * the load and the last ones hardly any.
   */
  HOTTEST_FIRST,
  /** Equal parts as well, of functions that were shuffled first. */
  SHUFFLED,
  /** One after the other to each model in turn. */
  IN_TURN;

  /**
   * For each function, the hottest first, the index of its model.
   *
   * @param chance of the shuffle; the others draw nothing
   */
  public int[] models(int functions, int models, RandomGenerator chance) {
    int[] mapped = new int[functions];
    for (int i = 0; i < functions; i++) {
      mapped[i] = this == IN_TURN ? i % models : (int) ((long) models * i / functions);
    }
    if (this == SHUFFLED) {
      shuffle(mapped, chance);
    }
    return mapped;
  }

  static void shuffle(int[] values, RandomGenerator chance) {
    for (int i = values.length - 1; i > 0; i--) {
      int other = chance.nextInt(i + 1);
      int value = values[i];
      values[i] = values[other];
      values[other] = value;
    }
  }
}
