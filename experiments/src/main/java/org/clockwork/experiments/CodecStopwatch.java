package org.clockwork.experiments;

import io.vertx.core.buffer.Buffer;
import org.clockwork.codecs.wire.Envelope;
import org.clockwork.codecs.wire.Families;
import org.clockwork.codecs.wire.Family;
import org.clockwork.core.scheduler.Event;

/**
 * Times the scheduler together with what it costs to take its messages off the wire and put them
 * there, each by itself with its check sum, as a controller in a process of its own has to.
 */
final class CodecStopwatch extends Stopwatch {
  private Buffer arrived = Buffer.buffer();
  private Family<?> family = Families.PARCEL;
  private boolean fromOutside;
  private Object lastRead = "";
  private long writtenBytes;

  @Override
  void prepare(Event event) {
    switch (event) {
      case Event.RequestArrived(var request) -> arrive(request);
      case Event.RequestCancelled(var request) -> arrive(request);
      case Event.ActionEnded(var _, var outcome) -> arrive(outcome);
      case Event.WorkerAnnounced(var announcement) -> arrive(announcement);
      case Event.InputsArrived _,
          Event.WorkerRetires _,
          Event.WorkerLeft _,
          Event.GatewayLeft _,
          Event.ModelWanted _,
          Event.ModelUnwanted _,
          Event.TenantsWeighted _,
          Event.WakeUp _,
          Event.Draining _ ->
          fromOutside = false;
    }
  }

  private void arrive(Object message) {
    fromOutside = true;
    family = Families.of(message);
    arrived = encoded(family, message);
  }

  @Override
  void read(Event event) {
    if (fromOutside) {
      lastRead = Envelope.read(arrived, 0, family.name(), family.form());
    }
  }

  @Override
  void write(Object message) {
    writtenBytes += encoded(Families.of(message), message).length();
  }

  /** Of all that the scheduler has sent. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** What the controller was last told, as it understood it. */
  Object lastRead() {
    return lastRead;
  }

  private static <T> Buffer encoded(Family<T> family, Object message) {
    Buffer buffer = Buffer.buffer();
    Envelope.write(buffer, family.form(), family.type().cast(message));
    return buffer;
  }
}
