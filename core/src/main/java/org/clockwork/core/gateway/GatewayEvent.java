package org.clockwork.core.gateway;

import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/** Everything that can happen to a gateway. */
public sealed interface GatewayEvent {

  /** A client asks. The id is fresh from {@link Gateway#nextId()}. */
  record Submitted(RequestId request, Submission submission) implements GatewayEvent {}

  /**
   * A client asks where any request would be refused, so that nothing of its own has been read. The
   * id is fresh from {@link Gateway#nextId()}.
   */
  record Unread(RequestId request) implements GatewayEvent {}

  /** The controller said something about a request. */
  record Decided(Verdict verdict) implements GatewayEvent {}

  /** A worker sent what came out. */
  record Returned(Outputs outputs) implements GatewayEvent {}

  /** Its client has gone or no longer wants it. */
  record Cancelled(RequestId request) implements GatewayEvent {}

  /** The controller said where a model stands. */
  record ModelChanged(ModelStatus status) implements GatewayEvent {}

  /**
   * A controller of that term is there. Whatever the one before it was asked and has not answered
   * is to be asked again.
   */
  record ControllerCame(long term) implements GatewayEvent {}

  /** What comes from now on is judged by other constants; what was taken stays taken. */
  record Configured(GatewayConfig config) implements GatewayEvent {}

  /** The time asked for by {@link GatewayCommands#wakeAt} has come. */
  record WakeUp() implements GatewayEvent {}

  /** No new requests from now on; those taken are still answered. */
  record Draining() implements GatewayEvent {}

  /** The end: whatever is still unanswered is refused now. */
  record Closing() implements GatewayEvent {}
}
