package org.clockwork.codecs.wire;

import org.clockwork.core.scheduler.Event;

/** The events of the scheduler that happen in other processes. */
final class EventForm implements WireForm<Event> {
  private static final byte ACTION_ENDED = 0;
  private static final byte MODEL_WANTED = 1;
  private static final byte MODEL_UNWANTED = 2;
  private static final byte INPUTS_ARRIVED = 3;

  private final OutcomeForm outcomes = new OutcomeForm();

  @Override
  public void write(WireWriter out, Event event) {
    switch (event) {
      case Event.ActionEnded ended -> {
        out.int8(ACTION_ENDED);
        Ids.write(out, ended.worker());
        outcomes.write(out, ended.outcome());
      }
      case Event.InputsArrived arrived -> {
        out.int8(INPUTS_ARRIVED);
        Ids.write(out, arrived.worker());
        Ids.write(out, arrived.action());
        out.int64(arrived.nanos());
      }
      case Event.ModelWanted wanted -> {
        out.int8(MODEL_WANTED);
        out.text(wanted.name());
        out.text(wanted.source());
      }
      case Event.ModelUnwanted unwanted -> {
        out.int8(MODEL_UNWANTED);
        out.text(unwanted.name());
      }
      case Event.RequestArrived _,
          Event.RequestCancelled _,
          Event.WorkerAnnounced _,
          Event.WorkerRetires _,
          Event.WorkerLeft _,
          Event.GatewayLeft _,
          Event.TenantsWeighted _,
          Event.WakeUp _,
          Event.Draining _ ->
          throw new WireException(
              "%s happens inside the controller and has no form on the wire"
                  .formatted(event.getClass().getSimpleName()));
    }
  }

  @Override
  public Event read(WireReader in) {
    byte kind = in.int8("case");
    return switch (kind) {
      case ACTION_ENDED -> new Event.ActionEnded(Ids.worker(in), outcomes.read(in));
      case MODEL_WANTED -> new Event.ModelWanted(in.text("name"), in.text("source"));
      case MODEL_UNWANTED -> new Event.ModelUnwanted(in.text("name"));
      case INPUTS_ARRIVED ->
          new Event.InputsArrived(Ids.worker(in), Ids.action(in), in.int64("nanos"));
      default -> throw in.wrong("case", "0 to 3", kind);
    };
  }
}
