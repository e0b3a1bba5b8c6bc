package org.clockwork.codecs;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.clockwork.codecs.wire.Parcel;

/**
 * What one event loop sends, gathered: messages that leave for the same address in the same turn
 * travel as one {@link Parcel}. A turn ends when what is waiting for the event loop now is through;
 * so a message waits only for work that would have kept the loop busy anyway, and the more there is
 * to tell, the more goes together.
 */
public final class Postbag {
  private final EventBus bus;
  private final Context context;
  private final SequencedMap<String, List<Object>> waiting = new LinkedHashMap<>();
  private boolean collecting;

  /** To be made, and used, on the event loop that sends. */
  public Postbag(Vertx vertx) {
    this.bus = vertx.eventBus();
    this.context = vertx.getOrCreateContext();
  }

  /** Messages to one address keep their order; addresses follow in the order of their first. */
  public void send(String address, Object message) {
    List<Object> bag = waiting.computeIfAbsent(address, _ -> new ArrayList<>());
    bag.add(message);
    if (bag.size() == Parcel.MESSAGES_MAX) {
      waiting.remove(address);
      post(address, bag);
    }
    if (!collecting) {
      collecting = true;
      context.runOnContext(_ -> post());
    }
  }

  private void post() {
    try {
      while (!waiting.isEmpty()) {
        Map.Entry<String, List<Object>> bag = waiting.pollFirstEntry();
        post(bag.getKey(), bag.getValue());
      }
      collecting = false;
    } finally {
      if (collecting) {
        context.runOnContext(_ -> post()); // One could not be sent: the others still are, once.
      }
    }
  }

  private void post(String address, List<Object> bag) {
    bus.send(address, bag.size() == 1 ? bag.getFirst() : new Parcel(bag));
  }

  /**
   * Has a receiver get every message of an address, out of parcels too. Completes when the cluster
   * knows that somebody listens there.
   */
  public static <T> Future<Void> receive(EventBus bus, String address, Consumer<T> receiver) {
    return bus.<Object>consumer(address, message -> open(message.body(), receiver)).completion();
  }

  private static <T> void open(Object body, Consumer<T> receiver) {
    if (!(body instanceof Parcel parcel)) {
      accept(body, receiver);
      return;
    }
    Optional<RuntimeException> first = Optional.empty();
    for (Object message : parcel.messages()) {
      try {
        accept(message, receiver);
      } catch (RuntimeException e) {
        // One that breaks its receiver must not cost the others of its parcel.
        first.ifPresent(earlier -> earlier.addSuppressed(e));
        first = first.or(() -> Optional.of(e));
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }

  @SuppressWarnings("unchecked") // What is sent to an address is said in Addresses.
  private static <T> void accept(Object message, Consumer<T> receiver) {
    receiver.accept((T) message);
  }
}
