package org.clockwork.controller;

import io.vertx.core.eventbus.EventBus;
import java.util.Optional;
import org.clockwork.codecs.Addresses;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Decider;
import org.clockwork.core.scheduler.Echo;
import org.clockwork.core.scheduler.Event;

/** One turn of the scheduler: an event, and what at once comes of it. */
sealed interface Turn {

  void on(Event event, long nowNanos);

  /**
   * @param policy its name, since one of them is a controller that answers by itself
   */
  static Turn of(String policy, Decider scheduler, Commands commands, EventBus bus) {
    return policy.equalsIgnoreCase(Policies.ECHO)
        ? new Echoing(
            scheduler,
            new Echo(
                commands,
                outputs ->
                    bus.send(Addresses.gatewayOutputs(outputs.request().gateway()), outputs)))
        : new Usual(scheduler, commands);
  }

  /** What it comes to, others tell later. */
  record Usual(Decider scheduler, Commands commands) implements Turn {
    @Override
    public void on(Event event, long nowNanos) {
      scheduler.on(event, nowNanos, commands);
    }
  }

  /** What it wants of workers has ended already. */
  record Echoing(Decider scheduler, Echo echo) implements Turn {
    @Override
    public void on(Event event, long nowNanos) {
      echo.now(nowNanos);
      Optional<? extends Event> next = Optional.of(event);
      while (next.isPresent()) {
        scheduler.on(next.get(), nowNanos, echo);
        next = echo.ended();
      }
    }
  }
}
