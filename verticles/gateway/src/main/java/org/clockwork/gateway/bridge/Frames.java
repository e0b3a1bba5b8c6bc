package org.clockwork.gateway.bridge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import org.clockwork.gateway.json.Attachment;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;

/**
 * Takes the frames out of what comes on one TCP connection: a length, so many bytes of JSON, and
 * where its field "attached" says so, as many bytes behind it. Where a frame's end can't be known,
 * the client is told and the connection closed; nothing is set aside for a length that is merely
 * claimed.
 */
final class Frames {
  private final NetSocket socket;
  private final int maxBytes;
  private final Conversation conversation;
  private final RecordParser parser = RecordParser.newFixed(Integer.BYTES);

  Frames(NetSocket socket, BridgeConfig config, Conversation conversation) {
    this.socket = socket;
    this.maxBytes = config.maxMessageBytes();
    this.conversation = conversation;
  }

  void begin() {
    parser.handler(this::length);
    socket.handler(parser).closeHandler(_ -> conversation.ended());
  }

  private void length(Buffer bytes) {
    int length = bytes.getInt(0);
    if (length < 1 || length > maxBytes) {
      giveUp("a frame says it is %d bytes long".formatted(length));
    } else {
      parser.fixedSizeMode(length);
      parser.handler(this::json);
    }
  }

  private void json(Buffer bytes) {
    JsonObject frame;
    try {
      frame = bytes.toJsonObject();
    } catch (DecodeException | ClassCastException _) {
      next();
      conversation.malformed("a frame of %d bytes is no JSON object".formatted(bytes.length()));
      return;
    }
    try {
      int attached = new Fields(frame, "").integer("attached", 0, 0, maxBytes - bytes.length());
      if (attached == 0) {
        next();
        conversation.heard(frame, Attachment.of(new byte[0]));
      } else {
        parser.fixedSizeMode(attached);
        parser.handler(
            behind -> {
              next();
              conversation.heard(frame, Attachment.of(behind.getBytes()));
            });
      }
    } catch (MalformedException wrong) {
      giveUp(wrong.getMessage());
    }
  }

  private void next() {
    parser.fixedSizeMode(Integer.BYTES);
    parser.handler(this::length);
  }

  private void giveUp(String what) {
    parser.handler(_ -> {});
    conversation.refuseAll(
        "%s; maxBusMessageBytes=%d bounds a message with all that is attached"
            .formatted(what, maxBytes));
  }
}
