package org.clockwork.gateway.oip;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.gateway.Call;

/** An inference under way, as a door holds it; it belongs to the door's event loop. */
public final class Asked {
  private final Enquiry enquiry;
  private final Promise<Reply> reply = Promise.promise();
  private Optional<Call> call = Optional.empty();

  Asked(Enquiry enquiry) {
    this.enquiry = enquiry;
  }

  /** It goes through the gateway like this; once more where its model went meanwhile. */
  Call by(Call now) {
    call = Optional.of(now);
    return now;
  }

  Enquiry enquiry() {
    return enquiry;
  }

  Asked comesTo(Future<Reply> future) {
    future.onComplete(reply);
    return this;
  }

  /** Fails with what its client is told where it can't come in. */
  public Future<Reply> reply() {
    return reply.future();
  }

  /** Which one it was asked of, once there is a reply that is a result. */
  public ModelStatus.Ready model() {
    return enquiry.model().orElseThrow();
  }

  public void cancel() {
    call.ifPresent(Call::cancel);
  }
}
