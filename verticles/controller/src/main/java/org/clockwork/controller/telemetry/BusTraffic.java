package org.clockwork.controller.telemetry;

import org.clockwork.codecs.Traffic;
import org.clockwork.codecs.Traffic.Volume;
import org.clockwork.core.action.Action;
import org.clockwork.core.scheduler.Event;

/** Actions and their outcomes on the event bus. Asked by one reader. */
public final class BusTraffic implements WorkerTraffic {
  private final Traffic traffic;
  private Volume sent = Volume.NONE;
  private Volume received = Volume.NONE;

  public BusTraffic(Traffic traffic) {
    this.traffic = traffic;
  }

  @Override
  public Passed take() {
    Volume sentBefore = sent;
    Volume receivedBefore = received;
    sent = traffic.sent(Action.class);
    received = traffic.received(Event.class);
    Volume out = sent.minus(sentBefore);
    Volume in = received.minus(receivedBefore);
    return new Passed(out.messages(), out.bytes(), in.messages(), in.bytes());
  }
}
