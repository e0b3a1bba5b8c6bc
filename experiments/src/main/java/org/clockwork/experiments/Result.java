package org.clockwork.experiments;

import java.util.List;
import java.util.Optional;

/** One experiment with one seed: a row for each policy and point, policy by policy. */
public record Result(Experiment experiment, long seed, List<Row> rows) {
  public Result {
    rows = List.copyOf(rows);
  }

  /**
   * How this policy's rows stand to what is asked of the default one; what was not run is left out.
   */
  public List<Target.Judgement> judged(String policy) {
    return experiment.targets().stream()
        .map(target -> target.judge(policy, rows))
        .flatMap(Optional::stream)
        .toList();
  }
}
