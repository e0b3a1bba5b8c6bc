package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.tls.Links;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.DataPort;

/**
 * The ways to all workers. To one in this process inputs pass by reference, over the event bus; to
 * any other by a {@link DataLink}, since the event bus has no back-pressure.
 */
final class DataLinks {
  /** Workers are asked again where they are at most this often. */
  private static final long ASK_AGAIN_NANOS = 1_000_000_000;

  /** More than any model's outputs take; whoever says more has lost the thread. */
  private static final long OUTPUT_BYTES_MAX = 1L << 30;

  private static final int CONNECT_MILLIS = 2_000;

  private final Vertx vertx;
  private final GatewayId gateway;
  private final NodeId node;
  private final LongSupplier clock;
  private final Function<RequestId, Optional<Tensors>> held;
  private final Consumer<Outputs> outputs;
  private final Map<WorkerId, Way> ways = new HashMap<>();

  /** Held here: Vert.x closes a client that nobody holds. */
  private final NetClient client;

  private long askedNanos;

  /** The way to one process of a worker; which one is known once it was heard of. */
  private static final class Way {
    private final DataLink link;
    private Optional<DataPort> port = Optional.empty();

    Way(DataLink link) {
      this.link = link;
    }

    boolean leadsTo(DataPort other) {
      return port.equals(Optional.of(other));
    }
  }

  /**
   * To be made on the gateway's event loop.
   *
   * @param held the input of a request that is not answered yet
   * @param outputs gets what workers send back, on the same event loop
   */
  DataLinks(
      Vertx vertx,
      GatewayId gateway,
      NodeId node,
      LongSupplier clock,
      Function<RequestId, Optional<Tensors>> held,
      Consumer<Outputs> outputs) {
    this.vertx = vertx;
    this.gateway = gateway;
    this.node = node;
    this.clock = clock;
    this.held = held;
    this.outputs = outputs;
    this.client =
        Links.client(
            vertx, new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(CONNECT_MILLIS));
    this.askedNanos = clock.getAsLong();
  }

  /** Learns where workers are. */
  Future<Void> begin() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    return vertx
        .eventBus()
        .<DataPort>consumer(Addresses.DATA_PORTS, message -> heard(message.body()))
        .completion()
        .onSuccess(_ -> vertx.eventBus().publish(Addresses.DATA_PORTS_WANTED, ""));
  }

  /** Sends the input that is held for a request. */
  void push(WorkerId worker, Inputs inputs) {
    if (isHere(worker)) {
      vertx.eventBus().send(Addresses.workerInputs(worker), inputs);
    } else {
      push(worker, inputs.request());
    }
  }

  /** The worker is not to wait for the input of a request that has been answered. */
  void withdraw(WorkerId worker, RequestId request) {
    if (isHere(worker)) {
      vertx.eventBus().send(Addresses.workerInputs(worker), request);
    } else {
      push(worker, request); // Whose input is not held any more.
    }
  }

  private void push(WorkerId worker, RequestId request) {
    Way way = way(worker);
    way.link.push(request);
    if (!way.link.connected()) {
      askAgain(); // It is new, or the connection broke.
    }
  }

  private boolean isHere(WorkerId worker) {
    return !vertx.isClustered()
        || way(worker).port.filter(port -> port.node().equals(node)).isPresent();
  }

  private Way way(WorkerId worker) {
    return ways.computeIfAbsent(worker, _ -> new Way(new DataLink(held)));
  }

  private void heard(DataPort port) {
    Way way = way(port.worker());
    if (way.port.isPresent() && !way.leadsTo(port)) {
      way.link.close(); // To a process that has gone, or is going.
      ways.remove(port.worker());
      way = way(port.worker());
    }
    way.port = Optional.of(port);
    if (!port.node().equals(node) && !way.link.connected()) {
      connect(way, port);
    }
  }

  private void connect(Way way, DataPort port) {
    client
        .connect(port.port(), port.host())
        .onSuccess(
            socket -> {
              if (way.equals(ways.get(port.worker())) && !way.link.connected()) {
                way.link.use(
                    socket,
                    gateway,
                    OUTPUT_BYTES_MAX,
                    outputs,
                    () -> ways.remove(port.worker(), way));
              } else {
                socket.close(); // Somebody was faster, or the worker is another one by now.
              }
            });
  }

  private void askAgain() {
    long nowNanos = clock.getAsLong();
    if (nowNanos - askedNanos > ASK_AGAIN_NANOS) {
      askedNanos = nowNanos;
      vertx.eventBus().publish(Addresses.DATA_PORTS_WANTED, "");
    }
  }
}
