package org.clockwork.launcher.cluster;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clockwork.launcher.config.UnusableException;

/**
 * Where a node is that is to be joined.
 *
 * @param port empty: whichever of the usual ports it listens on
 */
record MemberAddress(String host, OptionalInt port) {
  private static final Pattern SHAPE = Pattern.compile("([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?");

  /**
   * @throws UnusableException it is no {@code host} or {@code host:port}
   */
  static MemberAddress of(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw unusable(text);
    }
    if (matcher.group(2) == null) {
      return new MemberAddress(matcher.group(1), OptionalInt.empty());
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65_535) {
      throw unusable(text);
    }
    return new MemberAddress(matcher.group(1), OptionalInt.of(port));
  }

  private static UnusableException unusable(String text) {
    return new UnusableException(
        "member to join '%s': expected HOST or HOST:PORT, an IPv4 address or a name, for example"
                .formatted(text)
            + " 10.0.0.5:5701");
  }

  @Override
  public String toString() {
    return port.isPresent() ? host + ":" + port.getAsInt() : host;
  }
}
