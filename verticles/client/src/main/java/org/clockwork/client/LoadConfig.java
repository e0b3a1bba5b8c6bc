package org.clockwork.client;

import java.util.List;
import org.clockwork.core.trace.Traces;
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

  /** The name of what is offered. */
  public String workload() {
    return words.getFirst();
  }

  /** The same with traces from elsewhere. */
  public LoadConfig replaying(Traces traces) {
    return new LoadConfig(words, choices.withTraces(traces), measured);
  }

  /**
   * Finds mistakes in the words without reading any trace.
   *
   * @throws IllegalArgumentException saying which name or parameter is wrong and what is expected
   */
  public void check() {
    replaying(Traces.SAMPLE).plan(choices.seed());
  }

  /**
   * The load itself. Reads the trace where it replays one, which may take seconds.
   *
   * @throws IllegalArgumentException saying which name or parameter is wrong and what is expected,
   *     or what is the matter with the trace
   */
  public LoadPlan plan(long seed) {
    return new LoadPlan(
        Workloads.named(workload(), words.subList(1, words.size()), choices.seeded(seed)),
        measured,
        seed);
  }
}
