package org.clockwork.gateway.tokens;

/** A file of tokens that can't be used; the message says where and why. */
public final class TokensException extends Exception {
  private static final long serialVersionUID = 1;

  TokensException(String message) {
    super(message);
  }
}
