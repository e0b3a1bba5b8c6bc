package org.clockwork.gateway;

/**
 * A JSON message is not what it should be; the message names the field, its value and what is
 * expected. An exception because it comes from deep inside nested arrays; it ends at the door,
 * which turns it into an answer.
 */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedException(String reason) {
    super(reason);
  }
}
