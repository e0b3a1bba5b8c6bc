package org.clockwork.gpunative.compiled;

import java.util.ArrayList;
import java.util.List;

/** Everything found wrong with one plan, instead of the first thing only. */
final class Findings {
  /** Whoever has read that many knows enough; a garbled plan would have a hundred thousand. */
  static final int SHOWN_MAX = 20;

  private final List<String> shown = new ArrayList<>();
  private int found;

  /** What is wrong where, as a sentence that begins with the file. */
  void note(String finding) {
    found++;
    if (shown.size() < SHOWN_MAX) {
      shown.add(finding);
    }
  }

  boolean any() {
    return found > 0;
  }

  /**
   * Ends the reading of a plan that has something wrong.
   *
   * @throws PlanException there are findings
   */
  void refuseAny() throws PlanException {
    if (any()) {
      List<String> told = new ArrayList<>(shown);
      if (found > shown.size()) {
        told.add("and " + (found - shown.size()) + " more");
      }
      throw new PlanException(told);
    }
  }
}
