package org.clockwork.scripts;

import java.util.Optional;
import java.util.function.Consumer;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;

/** One request of a script. */
final class Wanted {
  private final Submission submission;
  private final Consumer<Optional<Answer>> settle;
  private Optional<Answer> answer = Optional.empty();

  /**
   * @param settle takes the answer; none where the door broke
   */
  Wanted(
      String model,
      Objective objective,
      String tenant,
      int priority,
      Payload payload,
      Consumer<Optional<Answer>> settle) {
    this.submission = new Submission(model, payload, objective, tenant, priority);
    this.settle = settle;
  }

  Submission submission() {
    return submission;
  }

  void heard(Answer heard) {
    answer = Optional.of(heard);
  }

  /** Tells the script. */
  void settle() {
    settle.accept(answer);
  }
}
