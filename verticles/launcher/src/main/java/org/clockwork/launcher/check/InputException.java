package org.clockwork.launcher.check;

/**
 * A file that isn't the input of the model; the message names it, what it holds and what should.
 */
public final class InputException extends Exception {
  private static final long serialVersionUID = 1;

  InputException(String message) {
    super(message);
  }
}
