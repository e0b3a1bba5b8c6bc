package org.clockwork.codecs.json;

/** Where something stands in a text. Lines and columns count from 1, columns in characters. */
public record Position(int line, int column) {
  public static final Position START = new Position(1, 1);
}
