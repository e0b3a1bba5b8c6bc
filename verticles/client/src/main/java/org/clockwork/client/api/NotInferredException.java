package org.clockwork.client.api;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** There is no answer; why, and what would help. The message is for people. */
public final class NotInferredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;
  private final transient JsonObject reply;

  private NotInferredException(String code, String message, JsonObject reply) {
    super(message);
    this.code = code;
    this.reply = reply;
  }

  static NotInferredException of(JsonObject reply) {
    return new NotInferredException(reply.getString("code"), reply.getString("error"), reply);
  }

  static NotInferredException unreachable(ReplyException failure) {
    String message =
        switch (failure.failureType()) {
          case NO_HANDLERS ->
              "no gateway is in this event bus's cluster; is Clockwork running, and is this Vert.x"
                  + " clustered with it?";
          case TIMEOUT -> "the gateway has not answered; it may have gone";
          default -> failure.getMessage();
        };
    return new NotInferredException("unreachable", message, new JsonObject());
  }

  /**
   * The word to program against: {@code refused}, {@code timed_out}, {@code unknown_model}, {@code
   * invalid_input} and the others of docs/wire.md; {@code unreachable} where nobody replied.
   */
  public String code() {
    return code;
  }

  /** Whether it was a decision, not a fault: the same may succeed later. */
  public boolean refused() {
    return code.equals("refused");
  }

  /** Why it was refused, in one word: {@code queue}, {@code cold_start} and so on. */
  public Optional<String> cause() {
    return Optional.ofNullable(reply.getString("cause"));
  }

  /** When a retry is expected to succeed, from the refusal; empty where nothing is known. */
  public Optional<Duration> retryAfter() {
    return reply.containsKey("retry_after_us") && reply.getLong("retry_after_us") > 0
        ? Optional.of(Inference.micros(reply, "retry_after_us"))
        : Optional.empty();
  }

  /** How the cluster calls the request; what a retry is to name with {@link Ask#retryOf}. */
  public Optional<String> requestId() {
    return Optional.ofNullable(reply.getString("request_id"));
  }
}
