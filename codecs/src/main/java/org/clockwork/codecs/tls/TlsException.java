package org.clockwork.codecs.tls;

/** Files that no connection can be encrypted with; the message names the file and what is wrong. */
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1;

  TlsException(String message) {
    super(message);
  }
}
