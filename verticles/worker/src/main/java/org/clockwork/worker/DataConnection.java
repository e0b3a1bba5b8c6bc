package org.clockwork.worker;

import io.vertx.core.net.NetSocket;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.clockwork.codecs.DataSocket;
import org.clockwork.codecs.wire.DataFrame;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/** The worker's end of one gateway's connection. */
final class DataConnection {
  private static final System.Logger LOG = System.getLogger(DataConnection.class.getName());

  /** Outputs that wait for a gateway that doesn't read; beyond it they are dropped. */
  private static final long WAITING_BYTES_MAX = 64L << 20;

  private final DataSocket socket;
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
      NetSocket socket, DataFrameReader.Memory memory, long frameBytesMax, Listener listener) {
    this.socket = new DataSocket(socket);
    this.reader = new DataFrameReader(memory, frameBytesMax, this::on);
    this.listener = listener;
  }

  void begin() {
    socket.begin(
        reader, this::writeWaiting, () -> gateway.ifPresent(name -> listener.closed(name, this)));
  }

  void send(Outputs outputs) {
    if (waiting.isEmpty() && !socket.full()) {
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
    while (!waiting.isEmpty() && !socket.full()) {
      Outputs next = waiting.remove();
      waitingBytes -= next.tensors().bytes();
      write(next);
    }
  }

  private void write(Outputs outputs) {
    socket.write(new DataFrame.Output(outputs));
  }
}
