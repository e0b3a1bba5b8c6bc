package org.clockwork.gateway;

import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.clockwork.codecs.DataSocket;
import org.clockwork.codecs.wire.DataFrame;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.codecs.wire.WireException;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/**
 * The way to one worker in another process: inputs there, outputs back. What can't be written yet
 * waits by name alone; its tensors stay where the gateway holds and counts them, and of who was
 * answered meanwhile only that is told.
 */
final class DataLink {
  /** Names that wait: more requests than a gateway may have outstanding by default. */
  private static final int WAITING_MAX = 65_536;

  private final Function<RequestId, Optional<Tensors>> held;
  private final Queue<RequestId> waiting = new ArrayDeque<>();
  private Optional<DataSocket> socket = Optional.empty();

  /** A link that is not connected yet. */
  DataLink(Function<RequestId, Optional<Tensors>> held) {
    this.held = held;
  }

  boolean connected() {
    return socket.isPresent();
  }

  /**
   * Uses this connection from now on, and sends what has waited for it.
   *
   * @param closed called when it has ended
   */
  void use(
      NetSocket connection,
      GatewayId gateway,
      long frameBytesMax,
      Consumer<Outputs> outputs,
      Runnable closed) {
    DataSocket used = new DataSocket(connection);
    DataFrameReader reader =
        new DataFrameReader(
            ByteBuffer::allocate, frameBytesMax, frame -> outputs.accept(outputs(frame)));
    used.begin(
        reader,
        this::writeWaiting,
        () -> {
          socket = Optional.empty();
          closed.run();
        });
    socket = Optional.of(used);
    used.write(new DataFrame.Hello(gateway));
    writeWaiting();
  }

  /** Sends the input of a request, as soon as the connection takes it. */
  void push(RequestId request) {
    if (waiting.size() == WAITING_MAX) {
      waiting.remove(); // The oldest, whose deadline is nearest or has passed.
    }
    waiting.add(request);
    writeWaiting();
  }

  void close() {
    socket.ifPresent(DataSocket::close);
  }

  private void writeWaiting() {
    while (socket.isPresent() && !waiting.isEmpty() && !socket.get().full()) {
      RequestId request = waiting.remove();
      socket.get().write(frame(request));
    }
  }

  private DataFrame frame(RequestId request) {
    return held.apply(request)
        .<DataFrame>map(tensors -> new DataFrame.Input(new Inputs(request, tensors)))
        .orElseGet(() -> new DataFrame.Withdrawn(request));
  }

  private static Outputs outputs(DataFrame frame) {
    return switch (frame) {
      case DataFrame.Output(Outputs outputs) -> outputs;
      case DataFrame.Hello _, DataFrame.Input _, DataFrame.Withdrawn _ ->
          throw new WireException("a frame that only gateways send came from a worker: " + frame);
    };
  }
}
