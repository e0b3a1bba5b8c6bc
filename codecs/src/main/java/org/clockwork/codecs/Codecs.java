package org.clockwork.codecs;

import io.vertx.core.eventbus.EventBus;
import org.clockwork.codecs.wire.Families;
import org.clockwork.codecs.wire.Family;

/** Teaches an event bus to carry core's types. */
public final class Codecs {
  private Codecs() {}

  /**
   * To be called once for each Vert.x instance, before the first verticle is deployed.
   *
   * @return what will have passed between this process and others
   */
  public static Traffic register(EventBus bus) {
    Traffic traffic = new Traffic();
    for (Family<?> family : Families.NUMBERED) {
      bus.registerCodec(new FamilyCodec<>(family, traffic));
    }
    bus.registerCodec(new FamilyCodec<>(Families.PARCEL, traffic));
    // Not registerDefaultCodec: it goes by concrete class, so a sealed interface never matches.
    bus.codecSelector(Codecs::codecFor);
    return traffic;
  }

  /** Null leaves the choice to Vert.x, as its codecSelector asks for. */
  private static String codecFor(Object message) {
    return Families.has(message) ? Families.of(message).name() : null;
  }
}
