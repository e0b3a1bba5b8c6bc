package org.clockwork.gateway.bridge;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.List;

/** The way to one client. Belongs to the event loop of its door. */
interface Line {

  /** How the two kinds of bridge differ in what they say. */
  enum Dialect {
    TCP("message", true),
    SOCKJS("rec", false);

    private final String message;
    private final boolean pongs;

    Dialect(String message, boolean pongs) {
      this.message = message;
      this.pongs = pongs;
    }

    /** The type of a frame with a message. */
    String message() {
      return message;
    }

    /** Whether pings are answered. */
    boolean pongs() {
      return pongs;
    }
  }

  Dialect dialect();

  /**
   * Completes, one way or another, when nothing of it is held here any more.
   *
   * @param attached written behind it; none where the client didn't ask for that
   */
  Future<Void> write(String frame, List<ByteBuffer> attached);

  /** Once what was written before is out. */
  void close();

  /** To one that doesn't read: what is not out yet is lost. */
  void cut();
}
