package org.clockwork.codecs.json;

/** A text is not JSON; says what stands where, and what was expected there. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  public JsonException(Problem problem) {
    super(problem.toString());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
