package org.clockwork.gateway.bridge;

import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.List;

/** One question of a client, under way. */
interface Asked {

  /**
   * What comes back.
   *
   * @param body JSON, or text
   * @param attached bytes that it speaks of
   */
  record Reply(Object body, List<ByteBuffer> attached) {
    Reply(Object body) {
      this(body, List.of());
    }
  }

  /** On the door's event loop; fails with what the event bus says. */
  Future<Reply> reply();

  /** The client has gone. */
  void cancel();

  /** One that is answered already, or can't be called back. */
  static Asked of(Future<Reply> reply) {
    return new Asked() {
      @Override
      public Future<Reply> reply() {
        return reply;
      }

      @Override
      public void cancel() {}
    };
  }
}
