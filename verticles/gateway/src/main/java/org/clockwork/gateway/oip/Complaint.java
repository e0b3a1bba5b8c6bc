package org.clockwork.gateway.oip;

import java.util.Locale;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.request.RequestId;
import org.clockwork.gateway.json.MalformedException;

/**
 * What a client is told when it gets no result: the same behind every door.
 *
 * @param cause one word to program against; those of refusals are {@code RefusalCause}'s
 * @param reason for people
 * @param request empty where nothing was asked of anybody
 * @param retryAfterNanos when a retry is expected to succeed, 0 where nothing is known; empty where
 *     that is not the question
 * @param earliestCompletionNanos when such a retry would be through at the earliest; empty where
 *     nothing is known
 */
public record Complaint(
    Category category,
    String cause,
    String reason,
    Optional<RequestId> request,
    Optional<Long> retryAfterNanos,
    Optional<Long> earliestCompletionNanos) {

  /** About a request that went no further than its door. */
  public static Complaint of(Category category, String cause, String reason) {
    return new Complaint(
        category, cause, reason, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** What was sent could not be read. */
  public static Complaint of(MalformedException wrong) {
    return of(Category.INVALID, "invalid_request", wrong.getMessage());
  }

  public static Complaint unknownModel(String reason) {
    return of(Category.UNKNOWN, word(ErrorCode.UNKNOWN_MODEL), reason);
  }

  public static Complaint unsupported(String reason) {
    return of(Category.UNSUPPORTED, "unsupported", reason);
  }

  /** Loading or unloading did not come about. */
  public static Complaint unavailable(String reason) {
    return of(Category.REFUSED, "unavailable", reason);
  }

  static Complaint of(Answer.Refused refused) {
    return new Complaint(
        Category.of(refused.cause()),
        refused.cause().word(),
        refused.reason(),
        Optional.of(refused.request()),
        Optional.of(refused.retryAfterNanos()),
        Optional.empty());
  }

  /** The same where the time of the model's fastest batch is known. */
  Complaint after(long smallestExecNanos) {
    return new Complaint(
        category,
        cause,
        reason,
        request,
        retryAfterNanos,
        retryAfterNanos.filter(nanos -> nanos > 0).map(nanos -> nanos + smallestExecNanos));
  }

  static Complaint of(Answer.TimedOut timedOut, String model) {
    return new Complaint(
        Category.TIMED_OUT,
        "timed_out",
        "no answer from model '%s' within the objective; %d us have passed"
            .formatted(model, Micros.of(timedOut.latencyNanos())),
        Optional.of(timedOut.request()),
        Optional.empty(),
        Optional.empty());
  }

  static Complaint of(Answer.Failed failed) {
    return new Complaint(
        Category.of(failed.code()),
        word(failed.code()),
        failed.reason(),
        Optional.of(failed.request()),
        Optional.empty(),
        Optional.empty());
  }

  private static String word(ErrorCode code) {
    return code.name().toLowerCase(Locale.ROOT);
  }
}
