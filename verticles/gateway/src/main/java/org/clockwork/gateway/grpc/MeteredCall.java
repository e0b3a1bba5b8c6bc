package org.clockwork.gateway.grpc;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import org.clockwork.gateway.DoorSafety;
import org.clockwork.gateway.guard.Patience;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.tokens.Bearer;

/**
 * A call whose messages are counted while they come, as the bodies of REST are: they take their
 * part of what a gateway holds of requests that it is still reading, and have only so much time. A
 * call of a token that is bound to a tenant is that tenant's.
 */
final class MeteredCall extends HttpServerRequestWrapper implements Patience.Awaited {
  /**
   * Metadata by which the name of the token reaches whoever keeps the audit; what a client says in
   * it is not believed.
   */
  static final String TOKEN_NAME = "clockwork-token-name";

  private final Bearer bearer;
  private final DoorSafety safety;
  private final Patience patience;
  private final ReadingBudget budget;
  private final boolean streams;
  private final Framing framing = new Framing();
  private long sinceNanos = System.nanoTime();
  private long taken;
  private boolean over;

  MeteredCall(
      HttpServerRequest call,
      Bearer bearer,
      DoorSafety safety,
      Patience patience,
      ReadingBudget budget) {
    super((HttpServerRequestInternal) call);
    this.bearer = bearer;
    this.safety = safety;
    this.patience = patience;
    this.budget = budget;
    this.streams = Methods.streams(call.path());
    if (!streams) {
      patience.begin(this); // Its only message is due.
    }
  }

  @Override
  public MultiMap headers() {
    MultiMap headers = super.headers();
    if (bearer.equals(Bearer.ANYBODY) && !headers.contains(TOKEN_NAME)) {
      return headers;
    }
    MultiMap known = MultiMap.caseInsensitiveMultiMap().addAll(headers).remove(TOKEN_NAME);
    bearer.name().ifPresent(name -> known.set(TOKEN_NAME, name));
    bearer.tenant().ifPresent(tenant -> known.set(Wishes.TENANT_HEADER, tenant));
    return known;
  }

  @Override
  public HttpServerRequest handler(Handler<Buffer> handler) {
    super.handler(handler == null ? null : chunk -> meter(chunk, handler));
    return this;
  }

  @Override
  public HttpServerRequest endHandler(Handler<Void> handler) {
    super.endHandler(
        _ -> {
          through();
          if (handler != null && !over) {
            handler.handle(null);
          }
        });
    return this;
  }

  @Override
  public HttpServerRequest exceptionHandler(Handler<Throwable> handler) {
    super.exceptionHandler(
        cause -> {
          through();
          if (handler != null) {
            handler.handle(cause);
          }
        });
    return this;
  }

  private void meter(Buffer chunk, Handler<Buffer> handler) {
    if (over || response().closed()) {
      return; // Nobody is left to hear what is wrong with it.
    }
    boolean begun = framing.pending() > 0;
    framing.count(chunk);
    if (!hold(framing.pending())) {
      refuse(budget.full());
      return;
    }
    if (framing.pending() == 0) {
      patience.end(this);
    } else if (!begun && streams) {
      sinceNanos = System.nanoTime();
      patience.begin(this);
    }
    handler.handle(chunk);
  }

  /** Whether what has come of the message may be held. */
  private boolean hold(long bytes) {
    if (bytes < taken) {
      budget.giveBack(taken - bytes);
    } else if (bytes > taken && !budget.take(bytes - taken)) {
      return false;
    }
    taken = bytes;
    return true;
  }

  private void through() {
    patience.end(this);
    budget.giveBack(taken);
    taken = 0;
  }

  private void refuse(Complaint complaint) {
    through();
    over = true;
    Complaints.end(response(), complaint);
    response().reset(); // Nothing more of it is read.
  }

  @Override
  public long dueNanos() {
    return sinceNanos + safety.bodyNanos(framing.pending());
  }

  @Override
  public void giveUp() {
    refuse(
        Complaint.of(
            Category.TOO_SLOW,
            "too_slow",
            "of the message %d bytes came in time; at least bodyBytesPerSecond=%d are expected"
                .formatted(framing.pending(), safety.bodyBytesPerSecond())));
  }
}
