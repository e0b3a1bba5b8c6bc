package org.clockwork.codecs.record;

import org.clockwork.codecs.wire.WireForm;
import org.clockwork.codecs.wire.WireReader;
import org.clockwork.codecs.wire.WireWriter;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.SchedulerConfig;

/** The beginning of a recording. */
final class OriginForm implements WireForm<Origin> {
  @Override
  public void write(WireWriter out, Origin origin) {
    out.int64(origin.reign().term());
    out.int32(origin.reign().firstModel().value());
    write(out, origin.config());
    out.text(origin.policy());
    out.text(origin.build());
    out.int64(origin.epochMillis());
  }

  @Override
  public Origin read(WireReader in) {
    return new Origin(
        new Reign(in.int64("term"), new ModelId(in.int32("first model"))),
        config(in),
        in.text("policy"),
        in.text("build"),
        in.int64("epochMillis"));
  }

  private static void write(WireWriter out, SchedulerConfig config) {
    out.int64(config.defaultSloNanos());
    out.int64(config.sloBufferNanos());
    out.int64(config.scheduleAheadNanos());
    out.int64(config.latestDeltaNanos());
    out.int64(config.loadHorizonNanos());
    out.int64(config.maxLagNanos());
    out.int64(config.maxExecNanos());
    out.int32(config.maxBatch());
    out.int64(config.controlLegNanos());
    out.int32(config.maxQueuedPerModel());
    out.int32(config.maxModels());
    TenantWeights.write(out, config.tenantWeights());
    out.int32(config.maxTenants());
  }

  private static SchedulerConfig config(WireReader in) {
    return new SchedulerConfig(
        in.int64("defaultSloNanos"),
        in.int64("sloBufferNanos"),
        in.int64("scheduleAheadNanos"),
        in.int64("latestDeltaNanos"),
        in.int64("loadHorizonNanos"),
        in.int64("maxLagNanos"),
        in.int64("maxExecNanos"),
        in.int32("maxBatch"),
        in.int64("controlLegNanos"),
        in.int32("maxQueuedPerModel"),
        in.int32("maxModels"),
        TenantWeights.read(in),
        in.int32("maxTenants"));
  }
}
