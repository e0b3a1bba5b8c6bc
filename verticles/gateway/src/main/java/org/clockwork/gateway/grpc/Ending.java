package org.clockwork.gateway.grpc;

import com.google.protobuf.Message;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import org.clockwork.gateway.oip.ComplaintException;

/**
 * Ends a call once: with a message, with a complaint, or not at all where its client has gone
 * before.
 */
final class Ending<A extends Message> {
  private final GrpcServerResponse<?, A> response;
  private final Runnable left;
  private boolean over;

  private Ending(GrpcServerResponse<?, A> response, Runnable left) {
    this.response = response;
    this.left = left;
  }

  /**
   * @param left run when the client cancels the call, or its connection breaks
   */
  static <A extends Message> Ending<A> of(GrpcServerRequest<?, A> call, Runnable left) {
    Ending<A> ending = new Ending<>(call.response(), left);
    call.errorHandler(_ -> ending.leave());
    call.exceptionHandler(_ -> ending.leave());
    call.response().exceptionHandler(_ -> ending.leave());
    return ending;
  }

  boolean over() {
    return over;
  }

  void with(A message) {
    if (begins()) {
      say(() -> response.end(message));
    }
  }

  /** All was said before. */
  void plainly() {
    if (begins()) {
      say(response::end);
    }
  }

  void because(Throwable cause) {
    if (begins()) {
      say(() -> Complaints.end(response, ComplaintException.of(cause)));
    }
  }

  /** One message of several. */
  void write(A message) {
    if (!over) {
      say(() -> response.write(message));
    }
  }

  /** A stream that a frame of its client's has broken says so to whoever speaks next. */
  private void say(Runnable words) {
    try {
      words.run();
    } catch (IllegalStateException _) {
      over = true;
      left.run();
    }
  }

  private boolean begins() {
    boolean first = !over;
    over = true;
    return first;
  }

  private void leave() {
    if (begins()) {
      left.run();
    }
  }
}
