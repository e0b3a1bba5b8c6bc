package org.clockwork.gateway.upload;

/** An archive, or the name it is to have, that can't be taken; the message is for its sender. */
public final class UploadException extends Exception {
  private static final long serialVersionUID = 1;

  UploadException(String message) {
    super(message);
  }
}
