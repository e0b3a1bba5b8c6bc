package org.clockwork.gateway.bridge;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.Attachment;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Category;
import org.clockwork.gateway.oip.Complaint;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.tokens.Access;
import org.clockwork.gateway.tokens.Bearer;

/**
 * One client of a bridge: what it says comes in here, and what it is told goes out by its {@link
 * Line}. Whatever it may not do is answered with an error and does nothing. Belongs to the event
 * loop of its door.
 */
final class Conversation {
  /**
   * More than this unread, and it misses what is published until it has read some: a megabyte is a
   * quarter of an hour of summaries.
   */
  private static final long SLOW_BYTES = 1 << 20;

  private final Switchboard board;
  private final BridgeConfig config;
  private final Line line;
  private final Set<String> registered = new LinkedHashSet<>();
  private final Set<Asked> underWay = new LinkedHashSet<>();
  private int waiting;
  private long unwrittenBytes;
  private long missed;
  private boolean leaving;
  private boolean over;

  Conversation(Switchboard board, Line line) {
    this.board = board;
    this.config = board.config();
    this.line = line;
  }

  /** One frame of the client. */
  void heard(JsonObject frame, Attachment attachment) {
    if (over) {
      return;
    }
    try {
      switch (Said.read(frame)) {
        case Said.Ping _ -> pinged();
        case Said.Send send -> send(send, attachment);
        case Said.Publish(String address) ->
            tell(
                BridgeError.NOT_PERMITTED.at(
                    Optional.empty(),
                    address,
                    "clients publish nothing; 'send' asks one gateway and is answered"));
        case Said.Register(String address, Optional<String> authorization) ->
            admit(authorization, Access.OBSERVE, Optional.of(address), address)
                .ifPresent(_ -> register(address));
        case Said.Unregister(String address) -> unregister(address);
      }
    } catch (MalformedException wrong) {
      malformed(frame, wrong.getMessage());
    }
  }

  /** A frame that is no JSON object; the next one can still be read. */
  void malformed(String reason) {
    malformed(new JsonObject(), reason);
  }

  /** The client asked for something in it, and is told where it waits for that. */
  private void malformed(JsonObject frame, String reason) {
    Optional<String> waiting =
        Optional.ofNullable(frame.getValue("replyAddress"))
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .filter(address -> address.length() <= Said.ADDRESS_CHARS_MAX);
    tell(BridgeError.MALFORMED.at(waiting, "", reason));
  }

  /** Says why, and listens to nothing that comes after. */
  void refuseAll(String reason) {
    if (!over) {
      tell(BridgeError.TOO_MUCH.at(Optional.empty(), "", reason));
      over = true;
      line.close();
    }
  }

  /** The gateway goes: what was asked is still answered, and then this ends. */
  void leave() {
    leaving = true;
    if (waiting == 0) {
      over = true;
      line.close();
    }
  }

  /** The line has ended: nothing is done for this client any more. */
  void ended() {
    over = true;
    underWay.forEach(Asked::cancel);
    underWay.clear();
    registered.forEach(address -> board.topics().remove(address, this));
    registered.clear();
    board.disconnected(this);
  }

  private void pinged() {
    if (line.dialect().pongs()) {
      tell(new JsonObject().put("type", "pong"));
    }
  }

  private void send(Said.Send send, Attachment attachment) {
    if (!board.permits().takes(send.address())) {
      tell(
          BridgeError.NOT_PERMITTED.at(
              send.replyAddress(),
              send.address(),
              "clients can't send to %s; they can to %s"
                  .formatted(Shown.text(send.address()), board.permits().inbound())));
    } else if (leaving) {
      tell(
          BridgeError.LEAVING.at(
              send.replyAddress(), send.address(), "this gateway is shutting down; ask another"));
    } else if (waiting >= config.maxRequests()) {
      tell(
          BridgeError.TOO_MUCH.at(
              send.replyAddress(),
              send.address(),
              "maxBusRequests=%d of this connection wait for their replies; ask again when one has come"
                  .formatted(config.maxRequests())));
    } else {
      admit(send.authorization(), access(send), send.replyAddress(), send.address())
          .ifPresent(bearer -> ask(send, attachment, bearer));
    }
  }

  /** Who it is that asks; nobody is let in who is told why not. */
  private Optional<Bearer> admit(
      Optional<String> authorization, Access access, Optional<String> waits, String address) {
    try {
      return Optional.of(board.doorkeeper().admit(authorization, access));
    } catch (ComplaintException stranger) {
      Complaint complaint = ComplaintException.of(stranger);
      BridgeError error =
          complaint.category() == Category.FORBIDDEN
              ? BridgeError.FORBIDDEN
              : BridgeError.UNAUTHENTICATED;
      tell(error.at(waits, address, complaint.reason()));
      return Optional.empty();
    }
  }

  private static Access access(Said.Send send) {
    return switch (send.address()) {
      case Addresses.INFER -> Access.INFER;
      case Addresses.MODELS ->
          send.body() instanceof JsonObject body && "ls".equals(body.getValue("op"))
              ? Access.KNOWN
              : Access.LOAD;
      default -> Access.OBSERVE;
    };
  }

  private void ask(Said.Send send, Attachment attachment, Bearer bearer) {
    waiting++;
    Asked asked = board.ask(send, attachment, bearer);
    underWay.add(asked);
    asked
        .reply()
        .onComplete(
            (reply, failure) -> {
              underWay.remove(asked);
              answer(send, reply, failure);
            });
  }

  /** A question waits until its answer has left: a client that reads none can't ask without end. */
  private void answer(Said.Send send, Asked.Reply reply, Throwable failure) {
    Runnable done = this::answered;
    if (send.replyAddress().isEmpty()) {
      done.run();
    } else if (failure != null) {
      tell(failed(send, failure), List.of(), done);
    } else {
      tell(
          message(send.replyAddress().get(), reply.body()).put("send", true),
          reply.attached(),
          done);
    }
  }

  private void answered() {
    waiting--;
    if (leaving) {
      leave();
    }
  }

  private static JsonObject failed(Said.Send send, Throwable failure) {
    return failure instanceof ReplyException known
        ? BridgeError.of(send.replyAddress(), send.address(), known)
        : BridgeError.BROKEN.at(send.replyAddress(), send.address(), failure.getMessage());
  }

  private void register(String address) {
    if (!board.permits().tells(address)) {
      tell(
          BridgeError.NOT_PERMITTED.at(
              Optional.of(address),
              address,
              "clients can't listen at %s; they can at %s"
                  .formatted(Shown.text(address), board.permits().outbound())));
    } else if (registered.size() >= config.maxRegistrations() && !registered.contains(address)) {
      tell(
          BridgeError.TOO_MUCH.at(
              Optional.of(address),
              address,
              "maxBusRegistrations=%d of this connection are there; unregister one"
                  .formatted(config.maxRegistrations())));
    } else if (registered.add(address)) {
      board.topics().add(address, this);
    }
  }

  private void unregister(String address) {
    if (registered.remove(address)) {
      board.topics().remove(address, this);
    } else {
      tell(
          BridgeError.UNKNOWN.at(
              Optional.of(address),
              address,
              "this connection doesn't listen at " + Shown.text(address)));
    }
  }

  /** Something was published where this client listens. */
  void published(String address, Object body) {
    if (unwrittenBytes > SLOW_BYTES) {
      missed++;
      return;
    }
    JsonObject frame = message(address, body).put("send", false);
    if (missed > 0) {
      frame.put("headers", new JsonObject().put("missed", Long.toString(missed)));
      missed = 0;
    }
    tell(frame);
  }

  private JsonObject message(String address, Object body) {
    return new JsonObject()
        .put("type", line.dialect().message())
        .put("address", address)
        .put("body", body);
  }

  private void tell(JsonObject frame) {
    tell(frame, List.of(), () -> {});
  }

  private void tell(JsonObject frame, List<ByteBuffer> attached, Runnable written) {
    if (over) {
      written.run();
      return;
    }
    int attachedBytes = attached.stream().mapToInt(ByteBuffer::remaining).sum();
    if (attachedBytes > 0) {
      frame.put("attached", attachedBytes);
    }
    String text = frame.encode();
    long bytes = text.length() + (long) attachedBytes;
    unwrittenBytes += bytes;
    line.write(text, attached)
        .onComplete(
            _ -> {
              unwrittenBytes -= bytes;
              written.run();
            });
    if (unwrittenBytes > config.maxUnwrittenBytes()) {
      over = true;
      line.cut();
    }
  }
}
