package org.clockwork.experiments.scenario;

import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Legs;

/** The key {@code network}: what is between the machines; the common ground where it is silent. */
final class NetworkFields {
  private static final double LEG_MILLIS_MAX = 1_000;
  private static final double DETECTION_MILLIS_MAX = 60_000;
  private static final long LINK_MAX = 1_000_000_000_000L;

  private static final long LEG_NANOS = 200_000;
  private static final long JITTER_NANOS = 50_000;

  private NetworkFields() {}

  static Conditions read(JsonFields fields) {
    Conditions usual = Conditions.COMMON_GROUND;
    Conditions conditions =
        new Conditions(
            Legs.normal(
                fields.millisAsNanos("leg_ms", 0, LEG_MILLIS_MAX).orElse(LEG_NANOS),
                fields.millisAsNanos("jitter_ms", 0, LEG_MILLIS_MAX).orElse(JITTER_NANOS)),
            usual.execSigma(),
            fields.millisAsNanos("skew_ms", 0, LEG_MILLIS_MAX).orElse(usual.skewNanosMax()),
            usual.wakeStepNanos(),
            fields
                .millisAsNanos("detection_ms", 0, DETECTION_MILLIS_MAX)
                .orElse(usual.detectionNanos()),
            fields.integer("link_bytes_per_second", 0, LINK_MAX).orElse(0L));
    fields.refuseOthers();
    return conditions;
  }
}
