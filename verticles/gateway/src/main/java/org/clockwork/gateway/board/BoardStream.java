package org.clockwork.gateway.board;

import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * One browser's stream. A browser that reads more slowly than frames come misses some, and begins
 * anew with a whole one as soon as it has read what it was sent; so what waits for it is never more
 * than a frame above what the connection holds.
 */
final class BoardStream {
  private static final long NONE = -1;

  private final HttpServerResponse response;
  private final List<String> devices;
  private long last = NONE;

  /**
   * @param devices names of the GPUs that are watched closely
   * @param caughtUp is run when it needs a whole frame
   */
  BoardStream(HttpServerResponse response, List<String> devices, Runnable caughtUp) {
    this.response = response;
    this.devices = List.copyOf(devices);
    response.drainHandler(
        _ -> {
          if (lost()) {
            caughtUp.run();
          }
        });
  }

  List<String> devices() {
    return devices;
  }

  /** Whether it takes a whole frame to go on, and can take one. */
  boolean lost() {
    return last == NONE && !response.writeQueueFull();
  }

  void write(BoardFrame frame) {
    if (response.closed() || response.writeQueueFull()) {
      last = NONE;
    } else if (last != NONE && frame.sequence() == last + 1) {
      response.write(frame.news());
      last = frame.sequence();
    } else if (frame.isWhole()) {
      response.write(frame.whole());
      last = frame.sequence();
    } else {
      last = NONE; // Said again with the next word to the controller.
    }
  }

  void end() {
    response.end();
  }
}
