package org.clockwork.gateway.oip;

import io.vertx.core.Future;
import org.clockwork.gateway.Call;

/**
 * An inference under way, as a door holds it.
 *
 * @param reply on the door's event loop; fails with what its client is told where it can't come in
 */
public record Asked(Future<Reply> reply, Call call) {

  public void cancel() {
    call.cancel();
  }
}
