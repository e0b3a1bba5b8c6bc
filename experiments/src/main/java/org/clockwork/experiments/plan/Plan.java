package org.clockwork.experiments.plan;

import java.util.List;

/**
 * How many GPUs a load needs, and how that changes with the load and with the objective.
 *
 * @param asked the demand itself
 */
public record Plan(Question asked, List<Question> varied) {
  public Plan {
    varied = List.copyOf(varied);
  }

  /**
   * A demand and its answer.
   *
   * @param change how it differs from the one asked for, such as {@code rate +10 %}
   */
  public record Question(String change, Demand demand, TrialTime time, Answer answer) {}
}
