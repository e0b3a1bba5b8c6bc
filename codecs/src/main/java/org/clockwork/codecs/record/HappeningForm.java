package org.clockwork.codecs.record;

import org.clockwork.codecs.wire.WireForm;
import org.clockwork.codecs.wire.WireForms;
import org.clockwork.codecs.wire.WireReader;
import org.clockwork.codecs.wire.WireWriter;
import org.clockwork.core.scheduler.Event;

/** Every event of the scheduler, also those that never leave the controller. */
final class HappeningForm implements WireForm<Event> {
  private static final byte FROM_ELSEWHERE = 0;
  private static final byte REQUEST_ARRIVED = 1;
  private static final byte REQUEST_CANCELLED = 2;
  private static final byte WORKER_ANNOUNCED = 3;
  private static final byte WORKER_RETIRES = 4;
  private static final byte WORKER_LEFT = 5;
  private static final byte GATEWAY_LEFT = 6;
  private static final byte WAKE_UP = 7;
  private static final byte DRAINING = 8;
  private static final byte TENANTS_WEIGHTED = 9;

  @Override
  public void write(WireWriter out, Event event) {
    switch (event) {
      case Event.ActionEnded _,
          Event.InputsArrived _,
          Event.ModelWanted _,
          Event.ModelUnwanted _ -> {
        out.int8(FROM_ELSEWHERE);
        WireForms.EVENT.write(out, event);
      }
      case Event.RequestArrived(var request) -> {
        out.int8(REQUEST_ARRIVED);
        WireForms.REQUEST.write(out, request);
      }
      case Event.RequestCancelled(var request) -> {
        out.int8(REQUEST_CANCELLED);
        WireForms.REQUEST_ID.write(out, request);
      }
      case Event.WorkerAnnounced(var announcement) -> {
        out.int8(WORKER_ANNOUNCED);
        WireForms.ANNOUNCEMENT.write(out, announcement);
      }
      case Event.WorkerRetires(var worker) -> {
        out.int8(WORKER_RETIRES);
        WireForms.WORKER_ID.write(out, worker);
      }
      case Event.WorkerLeft(var worker) -> {
        out.int8(WORKER_LEFT);
        WireForms.WORKER_ID.write(out, worker);
      }
      case Event.GatewayLeft(var gateway) -> {
        out.int8(GATEWAY_LEFT);
        WireForms.GATEWAY_ID.write(out, gateway);
      }
      case Event.TenantsWeighted(var weights, int maxTenants) -> {
        out.int8(TENANTS_WEIGHTED);
        TenantWeights.write(out, weights);
        out.int32(maxTenants);
      }
      case Event.WakeUp _ -> out.int8(WAKE_UP);
      case Event.Draining _ -> out.int8(DRAINING);
    }
  }

  @Override
  public Event read(WireReader in) {
    byte kind = in.int8("event");
    return switch (kind) {
      case FROM_ELSEWHERE -> WireForms.EVENT.read(in);
      case REQUEST_ARRIVED -> new Event.RequestArrived(WireForms.REQUEST.read(in));
      case REQUEST_CANCELLED -> new Event.RequestCancelled(WireForms.REQUEST_ID.read(in));
      case WORKER_ANNOUNCED -> new Event.WorkerAnnounced(WireForms.ANNOUNCEMENT.read(in));
      case WORKER_RETIRES -> new Event.WorkerRetires(WireForms.WORKER_ID.read(in));
      case WORKER_LEFT -> new Event.WorkerLeft(WireForms.WORKER_ID.read(in));
      case GATEWAY_LEFT -> new Event.GatewayLeft(WireForms.GATEWAY_ID.read(in));
      case TENANTS_WEIGHTED ->
          new Event.TenantsWeighted(TenantWeights.read(in), in.int32("maxTenants"));
      case WAKE_UP -> new Event.WakeUp();
      case DRAINING -> new Event.Draining();
      default -> throw in.wrong("event", "0 to 9", kind);
    };
  }
}
