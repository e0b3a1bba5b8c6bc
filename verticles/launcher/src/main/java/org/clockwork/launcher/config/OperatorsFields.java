package org.clockwork.launcher.config;

import org.clockwork.codecs.json.JsonFields;
import org.clockwork.launcher.lines.AuditConfig;
import org.clockwork.launcher.lines.LogFormat;
import org.clockwork.tracing.TracingConfig;

/** The keys of {@code operators.json}. */
final class OperatorsFields {
  private static final int BYTES_MIN = 4_096;

  private OperatorsFields() {}

  static OperatorsConfig read(JsonFields fields) {
    OperatorsConfig defaults = OperatorsConfig.DEFAULT;
    OperatorsConfig config =
        new OperatorsConfig(
            fields.word("logFormat", LogFormat.class).orElse(defaults.logFormat()),
            fields.object("tracing").map(OperatorsFields::tracing).orElse(defaults.tracing()),
            fields.object("audit").map(OperatorsFields::audit).orElse(defaults.audit()));
    fields.refuseOthers();
    return config;
  }

  private static TracingConfig tracing(JsonFields fields) {
    TracingConfig defaults = TracingConfig.DEFAULT;
    TracingConfig config =
        new TracingConfig(
            fields.text("endpoint").orElse(defaults.endpoint()),
            fields.decimal("sampleRatio", 0, 1).orElse(defaults.sampleRatio()),
            fields
                .integer("maxQueuedSpans", 512, 10_000_000)
                .map(Math::toIntExact)
                .orElse(defaults.maxQueuedSpans()));
    fields.refuseOthers();
    return config;
  }

  private static AuditConfig audit(JsonFields fields) {
    AuditConfig defaults = AuditConfig.DEFAULT;
    AuditConfig config =
        new AuditConfig(
            fields.text("file").orElse(defaults.file()),
            fields
                .integer("rotateBytes", BYTES_MIN, Integer.MAX_VALUE)
                .map(Math::toIntExact)
                .orElse(defaults.rotateBytes()),
            fields
                .integer("filesKept", 1, 1_000)
                .map(Math::toIntExact)
                .orElse(defaults.filesKept()));
    fields.refuseOthers();
    return config;
  }
}
