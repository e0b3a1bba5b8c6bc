package org.clockwork.core.workload;

import java.util.Locale;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.request.RefusalCause;

/** How an offered request ended, as far as load and its account care. */
public sealed interface Ending {

  /**
   * Answered with a result.
   *
   * @param met inside its objective, as its gateway counts
   */
  record Succeeded(boolean met, boolean coldStart) implements Ending {}

  /**
   * Decided against.
   *
   * @param retryAfterNanos from now, when a retry is expected to succeed; 0 where nothing is known
   */
  record Refused(RefusalCause cause, long retryAfterNanos) implements Ending {}

  /** Its deadline passed. */
  record TimedOut() implements Ending {}

  /**
   * Something broke, or the request was wrong.
   *
   * @param cause one word, the key that it is counted under
   */
  record Failed(String cause) implements Ending {
    public static Failed of(ErrorCode code) {
      return new Failed(code.name().toLowerCase(Locale.ROOT));
    }
  }

  static Ending of(Answer answer) {
    return switch (answer) {
      case Answer.Succeeded success -> new Succeeded(success.met(), success.coldStart());
      case Answer.Refused refusal -> new Refused(refusal.cause(), refusal.retryAfterNanos());
      case Answer.TimedOut _ -> new TimedOut();
      case Answer.Failed failure -> Failed.of(failure.code());
    };
  }
}
