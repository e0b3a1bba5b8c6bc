package org.clockwork.launcher.config;

import org.clockwork.launcher.lines.AuditConfig;
import org.clockwork.launcher.lines.LogFormat;
import org.clockwork.tracing.TracingConfig;

/**
 * What operators see of a process, whichever role it has.
 *
 * @param logFormat how lines are written
 * @param tracing whether requests are shown as spans
 * @param audit where changes are recorded
 */
public record OperatorsConfig(LogFormat logFormat, TracingConfig tracing, AuditConfig audit) {
  public static final OperatorsConfig DEFAULT =
      new OperatorsConfig(LogFormat.TEXT, TracingConfig.DEFAULT, AuditConfig.DEFAULT);

  public OperatorsConfig logging(LogFormat other) {
    return new OperatorsConfig(other, tracing, audit);
  }
}
