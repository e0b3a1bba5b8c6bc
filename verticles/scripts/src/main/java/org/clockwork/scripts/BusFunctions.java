package org.clockwork.scripts;

import org.graalvm.polyglot.Value;

/** The event bus, where it is granted, as a script's prelude calls it. */
final class BusFunctions {
  private final boolean granted;
  private final ScriptLoad load;
  private final Guest guest;
  private final ScriptBus bus;

  BusFunctions(boolean granted, ScriptLoad load, Guest guest, ScriptBus bus) {
    this.granted = granted;
    this.load = load;
    this.guest = guest;
    this.bus = bus;
  }

  void offerTo(HostFunctions functions) {
    functions.tell("eventbus", granted);
    functions.offer("publish", this::publish);
    functions.offer("subscribe", this::subscribe);
  }

  private Object publish(Call call) {
    checkGranted("publish");
    bus.publish(ScriptBus.address(call), call.text(1, "message"));
    return HostFunctions.nothing();
  }

  private Object subscribe(Call call) {
    checkGranted("subscribe");
    Value callback = call.callable(1, "what to call");
    bus.subscribe(ScriptBus.address(call), text -> guest.call(callback, text));
    load.listens();
    return HostFunctions.nothing();
  }

  private void checkGranted(String function) {
    if (!granted) {
      throw Wrong.other(
          "%s: not granted; start the script with --grant %s"
              .formatted(function, Grant.EVENTBUS.word()));
    }
  }
}
