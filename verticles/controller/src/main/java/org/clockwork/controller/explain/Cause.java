package org.clockwork.controller.explain;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.telemetry.Telemetry.Prediction;
import org.clockwork.core.telemetry.Telemetry.RequestEnded;
import org.clockwork.core.telemetry.Telemetry.Result;

/**
 * Why a request was not answered inside its objective: exactly one cause each.
 *
 * @param word as it stands in answers and on the terminal
 * @param why in words
 */
record Cause(String word, String why) {

  /** Empty where the request was answered in time. */
  static Optional<Cause> of(RequestEnded ended, List<Attempt> attempts) {
    return switch (ended.result()) {
      case Result.Refused refused ->
          Optional.of(new Cause(refused.cause().word(), refused.reason()));
      case Result.Failed failed ->
          Optional.of(new Cause(failed.code().name().toLowerCase(Locale.ROOT), failed.reason()));
      case Result.Cancelled _ ->
          Optional.of(new Cause("cancelled", "its caller had gone, or took it back"));
      case Result.TimedOut _ -> Optional.of(timedOut(attempts));
      case Result.Succeeded _ ->
          ended.met() ? Optional.empty() : Optional.of(late(ended, attempts));
    };
  }

  private static Cause timedOut(List<Attempt> attempts) {
    return attempts.isEmpty()
        ? new Cause("queue", "no GPU could take it before its deadline")
        : new Cause(
            "sent_in_vain",
            "it was sent to a worker %s and came back without an answer"
                .formatted(attempts.size() == 1 ? "once" : attempts.size() + " times"));
  }

  /** Of all that took longer than predicted, what took longer by most. */
  private static Cause late(RequestEnded ended, List<Attempt> attempts) {
    Optional<Outcome.Inferred> answered =
        attempts.isEmpty() ? Optional.empty() : attempts.getLast().inferred();
    if (answered.isEmpty()) {
      return new Cause("late", "what took long is not remembered any more");
    }
    Prediction prediction = attempts.getLast().sending().prediction();
    Outcome.Inferred run = answered.get();
    long begun = run.exec().begunNanos() - prediction.beginNanos();
    long ran = run.exec().nanos() - prediction.durationNanos();
    long home = ended.nanos() - run.exec().endedNanos();
    if (home >= begun && home >= ran) {
      return new Cause(
          "answer_late",
          "its answer needed %.3f ms from the GPU to the controller".formatted(home / 1e6));
    }
    if (ran >= begun) {
      return new Cause(
          "ran_long",
          "it ran %.3f ms instead of the predicted %.3f"
              .formatted(run.exec().nanos() / 1e6, prediction.durationNanos() / 1e6));
    }
    boolean inputsWereLate = 2 * (run.input().endedNanos() - prediction.beginNanos()) > begun;
    return new Cause(
        inputsWereLate ? "inputs_late" : "began_late",
        "it began %.3f ms after the predicted moment%s"
            .formatted(begun / 1e6, inputsWereLate ? ", most of it without its inputs" : ""));
  }
}
