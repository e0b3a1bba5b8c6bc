package org.clockwork.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.clockwork.codecs.tls.Links;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.WorkerEvent;

/**
 * Where gateways of other processes bring inputs that are too large for the event bus, each on a
 * connection of its own, and get such outputs back.
 */
final class DataServer {
  /** Larger outputs go on the connection; as large as the inputs that don't ride along. */
  private static final long OUTPUT_BYTES_ON_BUS = 8 << 10;

  private final Vertx vertx;
  private final long frameBytesMax;
  private final Consumer<WorkerEvent> happened;
  private final TensorMemory memory = new TensorMemory();
  private final Map<GatewayId, DataConnection> connections = new HashMap<>();

  /** Held here: Vert.x closes a server that nobody holds. */
  private NetServer server;

  /**
   * @param frameBytesMax of the inputs of one request; more ends the connection
   * @param happened hears of inputs on the event loop that this was made on
   */
  DataServer(Vertx vertx, long frameBytesMax, Consumer<WorkerEvent> happened) {
    this.vertx = vertx;
    this.frameBytesMax = frameBytesMax;
    this.happened = happened;
  }

  /**
   * Completes with the port.
   *
   * @param host an address of this machine
   */
  Future<Integer> listen(String host) {
    server =
        Links.server(vertx, new NetServerOptions().setTcpNoDelay(true))
            .connectHandler(this::connected);
    return server.listen(0, host).map(NetServer::actualPort);
  }

  /**
   * Sends outputs that are large on their gateway's connection; false where they are not, or where
   * there is none, which leaves them to the event bus.
   */
  boolean delivers(Outputs outputs) {
    if (outputs.tensors().bytes() <= OUTPUT_BYTES_ON_BUS) {
      return false;
    }
    DataConnection connection = connections.get(outputs.request().gateway());
    if (connection == null) {
      return false;
    }
    connection.send(outputs);
    return true;
  }

  /** Nobody here reads these inputs any more. */
  void through(Tensors inputs) {
    memory.giveBack(inputs);
  }

  private void connected(NetSocket socket) {
    new DataConnection(socket, memory, frameBytesMax, new Events()).begin();
  }

  private final class Events implements DataConnection.Listener {
    @Override
    public void named(GatewayId gateway, DataConnection connection) {
      connections.put(gateway, connection);
    }

    @Override
    public void arrived(Inputs inputs) {
      memory.lend(inputs.tensors());
      happened.accept(new WorkerEvent.InputsArrived(inputs));
    }

    @Override
    public void withdrawn(RequestId request) {
      happened.accept(new WorkerEvent.InputsWithdrawn(request));
    }

    @Override
    public void closed(GatewayId gateway, DataConnection connection) {
      connections.remove(gateway, connection);
    }
  }
}
