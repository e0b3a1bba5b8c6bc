package org.clockwork.gateway.grpc;

import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.MalformedException;

/** How long a call may take by its own {@code grpc-timeout}. */
final class Deadline {
  private static final String HEADER = "grpc-timeout";
  private static final Pattern FORM = Pattern.compile("(\\d{1,8})([HMSmun])");

  /** Beyond that it is no objective, but a client's way to say that it has time. */
  private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);

  private Deadline() {}

  static Optional<Long> nanos(MultiMap headers) throws MalformedException {
    String text = headers.get(HEADER);
    if (text == null) {
      return Optional.empty();
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new MalformedException(
          "metadata '%s' is %s; up to 8 digits and one of H, M, S, m, u, n are expected"
              .formatted(HEADER, Shown.text(text)));
    }
    long nanos = unit(form.group(2)).toNanos(Long.parseLong(form.group(1)));
    return Optional.of(Math.min(nanos, LONGEST_NANOS));
  }

  private static TimeUnit unit(String letter) {
    return switch (letter) {
      case "H" -> TimeUnit.HOURS;
      case "M" -> TimeUnit.MINUTES;
      case "S" -> TimeUnit.SECONDS;
      case "m" -> TimeUnit.MILLISECONDS;
      case "u" -> TimeUnit.MICROSECONDS;
      default -> TimeUnit.NANOSECONDS;
    };
  }
}
