package org.clockwork.gateway.oip;

import java.util.List;
import java.util.Map;

/**
 * Trace and log settings, which clients of Triton ask for. Nothing of them can be set through a
 * door: {@code conf/logging.properties} is where logs are set.
 */
public final class Settings {
  /** As Triton tells them where nothing is traced. */
  public static final Map<String, List<String>> TRACE =
      Map.of(
          "trace_file", List.of(""),
          "trace_level", List.of("OFF"),
          "trace_rate", List.of("0"),
          "trace_count", List.of("-1"),
          "log_frequency", List.of("0"),
          "trace_mode", List.of("triton"));

  /**
   * Strings, booleans and integers: warnings and worse are logged, as long as nobody changes it.
   */
  public static final Map<String, Object> LOG =
      Map.of(
          "log_file",
          "",
          "log_info",
          false,
          "log_warning",
          true,
          "log_error",
          true,
          "log_verbose_level",
          0,
          "log_format",
          "default");

  private Settings() {}

  /** What somebody is told who wants to set one. */
  public static Complaint readOnly() {
    return Complaint.unsupported(
        "settings can be read here and not set; conf/logging.properties sets what is logged");
  }
}
