package org.clockwork.codecs.wire;

/** How messages of one kind are written and read again; without the header, which all share. */
public interface WireForm<T> {

  void write(WireWriter out, T message);

  /**
   * @throws WireException the bytes are no such message
   * @throws IllegalArgumentException they are, but of values that don't go together
   */
  T read(WireReader in);
}
