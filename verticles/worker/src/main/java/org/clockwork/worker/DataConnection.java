package org.clockwork.worker;

import io.netty.buffer.ByteBuf;
import io.vertx.core.internal.net.NetSocketInternal;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.clockwork.codecs.wire.DataFrame;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.codecs.wire.DataFrameWriter;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/** The worker's end of one gateway's connection. */
final class DataConnection {
  private static final System.Logger LOG = System.getLogger(DataConnection.class.getName());

  /** Handed to the connection at once: enough that it never runs dry, not more. */
  private static final int WRITE_BYTES = 1 << 20;

  /** Outputs that wait for a gateway that doesn't read; beyond it they are dropped. */
  private static final long WAITING_BYTES_MAX = 64L << 20;

  private final NetSocketInternal socket;
  private final DataFrameReader reader;
  private final Listener listener;
  private final Queue<Outputs> waiting = new ArrayDeque<>();
  private Optional<GatewayId> gateway = Optional.empty();
  private long waitingBytes;
  private long dropped;

  /** Hears what comes, on the worker's event loop. */
  interface Listener {
    void named(GatewayId gateway, DataConnection connection);

    void arrived(Inputs inputs);

    void withdrawn(RequestId request);

    void closed(GatewayId gateway, DataConnection connection);
  }

  DataConnection(
      NetSocketInternal socket,
      DataFrameReader.Memory memory,
      long frameBytesMax,
      Listener listener) {
    this.socket = socket;
    this.reader = new DataFrameReader(memory, frameBytesMax, this::on);
    this.listener = listener;
  }

  void begin() {
    socket.setWriteQueueMaxSize(WRITE_BYTES);
    // Bytes as they come off the network; a handler for buffers would copy them once more.
    socket.messageHandler(bytes -> read((ByteBuf) bytes));
    socket.drainHandler(_ -> writeWaiting());
    socket.exceptionHandler(_ -> socket.close());
    socket.closeHandler(_ -> gateway.ifPresent(name -> listener.closed(name, this)));
  }

  void send(Outputs outputs) {
    if (waiting.isEmpty() && !socket.writeQueueFull()) {
      write(outputs);
    } else if (waitingBytes + outputs.tensors().bytes() <= WAITING_BYTES_MAX) {
      waiting.add(outputs);
      waitingBytes += outputs.tensors().bytes();
    } else if (dropped++ == 0) {
      LOG.log(
          Level.WARNING,
          "gateway {0} does not read its outputs: {1} bytes wait for it, as many as may; more are"
              + " dropped, and their requests time out",
          gateway.map(GatewayId::value).orElse("(unnamed)"),
          waitingBytes);
    }
  }

  private void read(ByteBuf bytes) {
    try {
      reader.read(bytes);
    } catch (RuntimeException e) {
      // Where in the stream the next frame would begin is not known any more.
      LOG.log(
          Level.WARNING,
          "the connection from {0} is closed, since what comes can''t be taken: {1}",
          socket.remoteAddress(),
          e);
      socket.messageHandler(rest -> ((ByteBuf) rest).release());
      socket.close();
    } finally {
      bytes.release();
    }
  }

  private void on(DataFrame frame) {
    switch (frame) {
      case DataFrame.Hello(GatewayId name) -> {
        gateway = Optional.of(name);
        listener.named(name, this);
      }
      case DataFrame.Input(Inputs inputs) -> listener.arrived(inputs);
      case DataFrame.Withdrawn(RequestId request) -> listener.withdrawn(request);
      case DataFrame.Output(Outputs outputs) ->
          throw new WireException("outputs of %s from a gateway".formatted(outputs.request()));
    }
  }

  private void writeWaiting() {
    while (!waiting.isEmpty() && !socket.writeQueueFull()) {
      Outputs next = waiting.remove();
      waitingBytes -= next.tensors().bytes();
      write(next);
    }
  }

  private void write(Outputs outputs) {
    socket.writeMessage(DataFrameWriter.written(new DataFrame.Output(outputs)));
  }
}
