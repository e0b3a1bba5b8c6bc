package org.clockwork.controller.telemetry;

/** A log is not what a controller writes; the message names file and line and what was expected. */
public final class UnreadableLogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableLogException(String message) {
    super(message);
  }
}
