package org.clockwork.gateway.grpc;

import io.vertx.core.buffer.Buffer;

/**
 * How much of a message has come that is not yet whole, in a stream of messages of gRPC: a byte
 * that says whether it is compressed, four for its length, and then it.
 */
final class Framing {
  private static final int PREFIX_BYTES = 5;
  private static final int LENGTH_BYTES = 4;

  private int prefixBytes;
  private long length;
  private long come;

  /** Of the message that is coming, with its prefix; 0 between two messages. */
  long pending() {
    return prefixBytes + come;
  }

  void count(Buffer chunk) {
    int at = 0;
    while (at < chunk.length()) {
      if (prefixBytes < PREFIX_BYTES) {
        if (prefixBytes >= PREFIX_BYTES - LENGTH_BYTES) {
          length = length << Byte.SIZE | chunk.getUnsignedByte(at);
        }
        prefixBytes++;
        at++;
      } else {
        long next = Math.min(length - come, chunk.length() - at);
        come += next;
        at += (int) next;
      }
      if (prefixBytes == PREFIX_BYTES && come == length) {
        prefixBytes = 0;
        length = 0;
        come = 0;
      }
    }
  }
}
