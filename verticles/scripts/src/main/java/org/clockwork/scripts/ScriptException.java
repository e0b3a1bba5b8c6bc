package org.clockwork.scripts;

/**
 * A script can't be run, or not any further; the message names the file and, where it is known, the
 * line, says what is wrong and what to do.
 */
public final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ScriptException(String message) {
    super(message);
  }

  ScriptException(String message, Throwable cause) {
    super(message, cause);
  }
}
