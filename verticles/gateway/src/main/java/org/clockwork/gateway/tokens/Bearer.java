package org.clockwork.gateway.tokens;

import java.util.Optional;

/**
 * Who was let in.
 *
 * @param name of the token; empty where no token is asked for
 * @param tenant whose requests these are, whatever they say; empty: they say it
 */
public record Bearer(Optional<String> name, Optional<String> tenant) {
  public static final Bearer ANYBODY = new Bearer(Optional.empty(), Optional.empty());
}
