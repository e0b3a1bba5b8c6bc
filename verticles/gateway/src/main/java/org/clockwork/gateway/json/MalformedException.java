package org.clockwork.gateway.json;

/**
 * What a client sent is not what it should be; the message names the field, its value and what is
 * expected. An exception because it comes from deep inside nested arrays; it ends at the door,
 * which turns it into an answer.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1;

  public MalformedException(String reason) {
    super(reason);
  }
}
