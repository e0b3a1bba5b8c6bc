package org.clockwork.core.request;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a request stands among the spans of a trace that others may have begun, as the header
 * {@code traceparent} of W3C's Trace Context says it.
 *
 * @param traceHigh the first half of the trace's id; both halves are not 0 together
 * @param traceLow the second half
 * @param parent the span that whatever is done for the request stands under; not 0
 * @param sampled whether whoever began it wants to see it
 */
public record Traceparent(long traceHigh, long traceLow, long parent, boolean sampled) {
  /** The name of the header, of the metadata and of the event bus's header. */
  public static final String HEADER = "traceparent";

  private static final int SAMPLED = 1;

  /** Later versions may say more behind what this one says. */
  private static final Pattern FORM =
      Pattern.compile("(?!ff)([0-9a-f]{2})-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?<more>-.*)?");

  public Traceparent {
    if ((traceHigh | traceLow) == 0 || parent == 0) {
      throw new IllegalArgumentException(
          "neither trace %016x%016x nor parent %016x may be 0"
              .formatted(traceHigh, traceLow, parent));
    }
  }

  /**
   * What is written so. Empty where it is not well formed: the standard wants a trace to begin anew
   * then, and nobody to be refused for it.
   */
  public static Optional<Traceparent> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches() || (form.group(1).equals("00") && form.group("more") != null)) {
      return Optional.empty();
    }
    long high = HexFormat.fromHexDigitsToLong(text, 3, 19);
    long low = HexFormat.fromHexDigitsToLong(text, 19, 35);
    long parent = HexFormat.fromHexDigitsToLong(text, 36, 52);
    int flags = HexFormat.fromHexDigits(text, 53, 55);
    return (high | low) == 0 || parent == 0
        ? Optional.empty()
        : Optional.of(new Traceparent(high, low, parent, (flags & SAMPLED) != 0));
  }

  /** As the standard writes it: 32 digits. */
  public String traceId() {
    return HexFormat.of().toHexDigits(traceHigh) + HexFormat.of().toHexDigits(traceLow);
  }

  /** 16 digits. */
  public String parentId() {
    return HexFormat.of().toHexDigits(parent);
  }

  @Override
  public String toString() {
    return "00-" + traceId() + "-" + parentId() + (sampled ? "-01" : "-00");
  }
}
