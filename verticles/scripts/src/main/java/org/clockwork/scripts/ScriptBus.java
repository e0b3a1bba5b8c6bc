package org.clockwork.scripts;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.function.Consumer;

/**
 * The event bus as scripts may use it: messages are JSON, and addresses anything but Clockwork's
 * own, on which a wrong message could do harm.
 */
final class ScriptBus {
  private static final String OWN = "clockwork.";

  private final EventBus bus;
  private final Consumer<Runnable> hearing;

  /**
   * @param hearing carries out, as one event of the load, what a message leads to
   */
  ScriptBus(EventBus bus, Consumer<Runnable> hearing) {
    this.bus = bus;
    this.hearing = hearing;
  }

  static String address(Call call) {
    String address = call.text(0, "address");
    if (address.isBlank() || address.startsWith(OWN)) {
      throw Wrong.range(
          "%s: address is %s; expected one of your own, which does not begin with '%s'"
              .formatted(call.function(), call.shown(0), OWN));
    }
    return address;
  }

  void publish(String address, String json) {
    try {
      bus.publish(address, Json.decodeValue(json));
    } catch (DecodeException e) {
      throw Wrong.type("publish: the message is no JSON: " + e.getMessage());
    }
  }

  void subscribe(String address, Consumer<String> listener) {
    bus.consumer(
        address,
        message -> {
          Object body = message.body() instanceof Buffer bytes ? bytes.toString() : message.body();
          hearing.accept(() -> listener.accept(Json.encode(body)));
        });
  }
}
