package org.clockwork.codecs.record;

/** A file that is no recording, or not any more; says at which byte, and what was expected. */
public final class RecordingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RecordingException(String message) {
    super(message);
  }

  RecordingException(String message, Throwable cause) {
    super(message, cause);
  }
}
