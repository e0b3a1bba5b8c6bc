package org.clockwork.experiments.plan;

import java.util.OptionalInt;
import java.util.function.IntPredicate;

/** Looks for the smallest number that is enough, and asks as seldom as it can. */
public final class Search {
  private Search() {}

  /**
   * By doubling and bisection: the result is enough and one less is not, both of which were asked,
   * unless the result is 1. Where more is not always better there may be other such numbers.
   *
   * @param start where it begins; the nearer to the result, the fewer questions
   * @return empty where {@code most} is not enough
   */
  public static OptionalInt fewest(IntPredicate enough, int start, int most) {
    int high = Math.clamp(start, 1, most);
    int low = high;
    if (enough.test(high)) {
      for (int step = 1; low > 0 && low == high; step *= 2) {
        low = Math.max(0, high - step);
        if (low > 0 && enough.test(low)) {
          high = low;
        }
      }
    } else {
      do {
        if (high == most) {
          return OptionalInt.empty();
        }
        low = high;
        high = high > most / 2 ? most : 2 * high;
      } while (!enough.test(high));
    }
    while (high - low > 1) {
      int middle = low + (high - low) / 2;
      if (enough.test(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalInt.of(high);
  }
}
