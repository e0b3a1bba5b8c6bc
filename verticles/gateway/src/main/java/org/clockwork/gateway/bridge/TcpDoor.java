package org.clockwork.gateway.bridge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.clockwork.gateway.guard.Guard;

/**
 * The TCP bridge: each frame is its length in four bytes, big-endian, and a JSON object. Several of
 * these, each on an event loop of its own, share the port.
 *
 * <p>Vert.x has such a bridge of its own, which bounds neither a frame nor what waits for a client
 * to read it, and does nothing when a client goes that has asked for something (docs/adr/0022).
 */
public final class TcpDoor extends VerticleBase {
  /** Stopping lets replies that are due be written for so long. */
  private static final long DRAIN_SECONDS = 10;

  private final Bridge bridge;
  private final String host;
  private final Guard guard;
  private Switchboard board;
  private NetServer server;

  TcpDoor(Bridge bridge, String host, Guard guard) {
    this.bridge = bridge;
    this.host = host;
    this.guard = guard;
  }

  @Override
  public Future<?> start() {
    board = bridge.switchboard(vertx, context, guard);
    server =
        vertx
            .createNetServer(
                guard.over(new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true)))
            .connectHandler(
                socket ->
                    new Frames(socket, board.config(), board.connect(new Socket(socket))).begin());
    return server.listen(bridge.config().port(), host).onSuccess(guard::renew);
  }

  @Override
  public Future<?> stop() {
    board.drain();
    return server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS);
  }

  private record Socket(NetSocket socket) implements Line {
    @Override
    public Dialect dialect() {
      return Dialect.TCP;
    }

    @Override
    public Future<Void> write(String frame, List<ByteBuffer> attached) {
      byte[] json = frame.getBytes(StandardCharsets.UTF_8);
      int bytes = Integer.BYTES + json.length;
      for (ByteBuffer tensor : attached) {
        bytes += tensor.remaining();
      }
      ByteBuffer all = ByteBuffer.allocate(bytes).putInt(json.length).put(json);
      attached.forEach(tensor -> all.put(tensor.duplicate()));
      return socket.write(Buffer.buffer(all.array()));
    }

    @Override
    public void close() {
      socket.close();
    }

    /** Vert.x would wait until all is written, and so for ever. */
    @Override
    public void cut() {
      var _ = ((NetSocketInternal) socket).channelHandlerContext().close();
    }
  }
}
