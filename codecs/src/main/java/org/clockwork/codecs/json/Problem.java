package org.clockwork.codecs.json;

/** One thing wrong in one place of one file, as its author needs to read it. */
public record Problem(String file, Position at, String message) {
  @Override
  public String toString() {
    return file + ":" + at.line() + ":" + at.column() + ": " + message;
  }
}
