package org.clockwork.test.gateway;

import static org.clockwork.test.gateway.FakeCluster.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the TCP bridge that sends what it is told, right or wrong. */
final class BusClient {
  /** Held here: Vert.x closes a client that nobody holds. */
  private final NetClient client;

  private final NetSocket socket;
  private final Context loop = Vertx.currentContext();
  private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
  private final Promise<Void> closed = Promise.promise();

  /** A frame, and the bytes behind it. */
  record Heard(JsonObject frame, Buffer attached) {}

  static BusClient connected(Vertx vertx, int port) throws Exception {
    NetClient client = vertx.createNetClient();
    Promise<BusClient> connected = Promise.promise();
    // All of it on one event loop, so that nothing comes before anybody hears it.
    vertx
        .getOrCreateContext()
        .runOnContext(
            _ ->
                client
                    .connect(port, "127.0.0.1")
                    .map(socket -> new BusClient(client, socket))
                    .onComplete(connected));
    return await(connected.future());
  }

  private BusClient(NetClient client, NetSocket socket) {
    this.client = client;
    this.socket = socket;
    RecordParser parser = RecordParser.newFixed(4);
    parser.handler(length -> expectFrame(parser, length.getInt(0)));
    socket.handler(parser).closeHandler(_ -> closed.tryComplete()).exceptionHandler(_ -> {});
  }

  private void expectFrame(RecordParser parser, int length) {
    parser.fixedSizeMode(length);
    parser.handler(
        bytes -> {
          JsonObject frame = bytes.toJsonObject();
          int attached = frame.getInteger("attached", 0);
          if (attached == 0) {
            take(parser, frame, Buffer.buffer());
          } else {
            parser.fixedSizeMode(attached);
            parser.handler(behind -> take(parser, frame, behind));
          }
        });
  }

  private void take(RecordParser parser, JsonObject frame, Buffer attached) {
    heard.add(new Heard(frame, attached));
    parser.fixedSizeMode(4);
    parser.handler(length -> expectFrame(parser, length.getInt(0)));
  }

  Heard next() throws Exception {
    Heard next = heard.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  /** The body of the reply to that question. */
  JsonObject ask(String address, JsonObject body) throws Exception {
    say(question(address, "here", body));
    return next().frame().getJsonObject("body");
  }

  static JsonObject question(String address, String replyAddress, JsonObject body) {
    return frame("send", address).put("replyAddress", replyAddress).put("body", body);
  }

  static JsonObject frame(String type, String address) {
    return new JsonObject().put("type", type).put("address", address);
  }

  /** One row of two by two for that model, as its content is given: data, base64 or binary. */
  static JsonObject inference(String model, String content, Object value) {
    JsonObject input =
        new JsonObject()
            .put("name", "x")
            .put("datatype", "FP32")
            .put("shape", new JsonArray(List.of(1, 2, 2)))
            .put(content, value);
    return new JsonObject().put("model", model).put("inputs", new JsonArray().add(input));
  }

  /** When this comes back, the bridge has heard everything before. */
  void ping() throws Exception {
    say(new JsonObject().put("type", "ping"));
    if (!next().frame().getString("type").equals("pong")) {
      throw new AssertionError("something else came before the pong");
    }
  }

  Future<Void> say(JsonObject frame) {
    return say(frame, Buffer.buffer());
  }

  Future<Void> say(JsonObject frame, Buffer attached) {
    Buffer json = frame.toBuffer();
    return bytes(
        Buffer.buffer().appendInt(json.length()).appendBuffer(json).appendBuffer(attached));
  }

  Future<Void> bytes(Buffer bytes) {
    return socket.write(bytes);
  }

  /** Reads nothing more; on the event loop, since a socket that is paused elsewhere may hang. */
  void pause() throws Exception {
    onLoop(socket::pause);
  }

  void resume() throws Exception {
    onLoop(socket::resume);
  }

  private void onLoop(Runnable task) throws Exception {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        _ -> {
          task.run();
          done.complete();
        });
    await(done.future());
  }

  void close() throws Exception {
    await(socket.close());
    await(client.close());
  }

  /** By the bridge. */
  void awaitClosed() throws Exception {
    await(closed.future());
  }
}
