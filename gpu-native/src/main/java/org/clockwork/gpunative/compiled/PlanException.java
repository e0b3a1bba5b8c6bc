package org.clockwork.gpunative.compiled;

import java.util.List;

/** A compiled model that can't be used; each problem names the file, the field and the value. */
public final class PlanException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  public PlanException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
