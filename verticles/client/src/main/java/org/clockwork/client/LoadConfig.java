package org.clockwork.client;

import java.util.List;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workloads;

/**
 * What to offer, in an operator's words.
 *
 * @param words a published workload's name and its parameters
 * @param choices what may be chosen for any of them
 * @param measured for how long, and which part counts
 */
public record LoadConfig(List<String> words, Choices choices, Measured measured) {
  /** The published first example: it needs nothing but a worker. */
  public static final LoadConfig DEFAULT =
      new LoadConfig(List.of("simple"), Choices.PUBLISHED, Measured.ALL);

  public LoadConfig {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("no workload is named; " + Workloads.thereAre());
    }
  }

  /**
   * The load itself.
   *
   * @throws IllegalArgumentException saying which name or parameter is wrong and what is expected
   */
  public LoadPlan plan(long seed) {
    return new LoadPlan(
        Workloads.named(words.getFirst(), words.subList(1, words.size()), choices), measured, seed);
  }
}
