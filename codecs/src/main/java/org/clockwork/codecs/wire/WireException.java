package org.clockwork.codecs.wire;

/** Bytes that are no message of this version; says which field, and what was expected. */
public final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public WireException(String message) {
    super(message);
  }

  public WireException(String message, Throwable cause) {
    super(message, cause);
  }
}
