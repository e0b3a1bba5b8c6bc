package org.clockwork.core.worker;

import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Window;

/** Why an action is not carried out. */
record Refusal(ErrorCode code, String reason) {

  static Optional<Refusal> because(ErrorCode code, String reason) {
    return Optional.of(new Refusal(code, reason));
  }

  /** For the action whose task was not done. */
  static Refusal of(Task task, TaskResult.Undone undone) {
    return switch (undone) {
      case TaskResult.Failed(var span, ErrorCode code, String reason) -> new Refusal(code, reason);
      case TaskResult.TooLate(long nowNanos) -> {
        Window window = task.window();
        yield new Refusal(
            tooLate(task),
            "%s could not begin on GPU %d: %d ns after the end of its window"
                .formatted(task.executor(), task.gpu(), nowNanos - window.latestNanos()));
      }
    };
  }

  private static ErrorCode tooLate(Task task) {
    return switch (task) {
      case Task.Load load -> ErrorCode.LOAD_TOO_LATE;
      case Task.Unload unload -> ErrorCode.UNLOAD_TOO_LATE;
      case Task.Input input -> ErrorCode.INPUT_TOO_LATE;
      case Task.Exec exec -> ErrorCode.EXEC_TOO_LATE;
      case Task.Output output -> ErrorCode.OUTPUT_TOO_LATE;
      case Task.Register register -> ErrorCode.COULD_NOT_START_IN_TIME;
      case Task.Withdraw withdraw -> ErrorCode.COULD_NOT_START_IN_TIME;
      case Task.Release release -> ErrorCode.COULD_NOT_START_IN_TIME;
    };
  }
}
