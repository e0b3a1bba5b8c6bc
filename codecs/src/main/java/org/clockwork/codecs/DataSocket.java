package org.clockwork.codecs;

import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import org.clockwork.codecs.wire.DataFrame;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.codecs.wire.DataFrameWriter;

/**
 * One end of a connection between a gateway and a worker's data port, on the event loop that it was
 * made on. What comes that can't be taken ends it: where in the stream the next frame would begin
 * is not known any more.
 */
public final class DataSocket {
  private static final System.Logger LOG = System.getLogger(DataSocket.class.getName());

  /** Handed to the connection at once: enough that it never runs dry, not more. */
  private static final int WRITE_BYTES = 1 << 20;

  private final NetSocketInternal socket;

  /** Takes the connection over. */
  public DataSocket(NetSocket socket) {
    this.socket = (NetSocketInternal) socket;
    socket.setWriteQueueMaxSize(WRITE_BYTES);
    socket.exceptionHandler(_ -> socket.close());
  }

  /** Reads frames from now on. */
  public void begin(DataFrameReader reader, Runnable drained, Runnable closed) {
    // Bytes as they come off the network; a handler for buffers would copy them once more.
    socket.messageHandler(bytes -> read(reader, (ByteBuf) bytes));
    socket.drainHandler(_ -> drained.run());
    socket.closeHandler(_ -> closed.run());
  }

  /** Whether more is to wait until it has drained. */
  public boolean full() {
    return socket.writeQueueFull();
  }

  /** Tensors outside the heap are not copied: they must stay as they are. */
  public void write(DataFrame frame) {
    socket.writeMessage(DataFrameWriter.written(frame));
  }

  public void close() {
    socket.close();
  }

  private void read(DataFrameReader reader, ByteBuf bytes) {
    try {
      reader.read(bytes);
    } catch (RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "the tensor connection with {0} is closed, since what comes can''t be taken: {1}",
          socket.remoteAddress(),
          e);
      socket.messageHandler(rest -> ((ByteBuf) rest).release());
      socket.close();
    } finally {
      bytes.release();
    }
  }
}
