package org.clockwork.experiments.scenario;

import java.util.List;
import java.util.stream.Collectors;
import org.clockwork.codecs.json.Problem;

/** A scenario can't be used; every mistake in it is told, one on each line. */
public final class ScenarioException extends Exception {
  private static final long serialVersionUID = 1;

  ScenarioException(List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .distinct()
            .collect(Collectors.joining(System.lineSeparator())));
  }
}
