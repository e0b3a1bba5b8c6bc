package org.clockwork.benchmarks.peers;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * A server before anybody asks: which one it is, and what it takes of the machine.
 *
 * @param version as it calls itself
 * @param setting what is special about it here
 * @param memoryMebibytes of all its processes; what they share counts once
 */
record Standing(
    String server, String version, String setting, double idleCpuPercent, double memoryMebibytes) {
  static final String HEADER =
      """
      | server | calls itself | idle, % of a core | memory, MiB | setting |
      |---|---|---:|---:|---|
      """;

  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.2f | %.0f | %s |",
        server,
        version,
        idleCpuPercent,
        memoryMebibytes,
        setting);
  }

  JsonObject json() {
    return new JsonObject()
        .put("server", server)
        .put("version", version)
        .put("setting", setting)
        .put("idle_cpu_percent", idleCpuPercent)
        .put("memory_mib", memoryMebibytes);
  }

  static Standing of(JsonObject json) {
    return new Standing(
        json.getString("server"),
        json.getString("version"),
        json.getString("setting"),
        json.getDouble("idle_cpu_percent"),
        json.getDouble("memory_mib"));
  }
}
