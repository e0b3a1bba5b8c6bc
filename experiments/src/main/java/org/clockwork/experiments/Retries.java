package org.clockwork.experiments;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.request.RequestId;

/**
 * Whether it pays to follow the hint that a refusal comes with: of the requests that were refused
 * with one, every twentieth is asked again just then, and every twentieth of the others after half
 * of that time.
 */
public final class Retries {
  private static final int SAMPLED = 20;

  private final Map<RequestId, Turn> asked = new HashMap<>();
  private final Turn atHint = new Turn();
  private final Turn atHalf = new Turn();
  private long hinted;

  /** Those that were asked again after the same share of the hint. */
  private static final class Turn {
    private long asked;
    private long met;

    private Optional<Double> successFraction() {
      return asked == 0 ? Optional.empty() : Optional.of((double) met / asked);
    }
  }

  /** How long after the refusal the request is to be asked again; empty where it is not. */
  Optional<Delay> delay(Answer.Refused refusal) {
    long hintNanos = refusal.retryAfterNanos();
    if (hintNanos <= 0) {
      return Optional.empty();
    }
    return switch ((int) (hinted++ % SAMPLED)) {
      case 0 -> Optional.of(new Delay(hintNanos, atHint));
      case SAMPLED / 2 -> Optional.of(new Delay(hintNanos / 2, atHalf));
      default -> Optional.empty();
    };
  }

  /** So long until the request is asked again. */
  static final class Delay {
    private final long nanos;
    private final Turn turn;

    private Delay(long nanos, Turn turn) {
      this.nanos = nanos;
      this.turn = turn;
    }

    long nanos() {
      return nanos;
    }
  }

  void asked(RequestId request, Delay delay) {
    delay.turn.asked++;
    asked.put(request, delay.turn);
  }

  void answered(Answer answer) {
    Turn turn = asked.remove(answer.request());
    if (turn != null && answer instanceof Answer.Succeeded success && success.met()) {
      turn.met++;
    }
  }

  /** Of those asked again at the hint; absent where nothing was refused with one. */
  public Optional<Double> successFraction() {
    return atHint.successFraction();
  }

  /** Of those asked again after half of the hint. */
  public Optional<Double> halfHintSuccessFraction() {
    return atHalf.successFraction();
  }
}
