package org.clockwork.launcher.config;

/**
 * What the command line asks for can't be had; the message says why and what to do. Exit code 2.
 */
public final class UnusableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public UnusableException(String message) {
    super(message);
  }
}
