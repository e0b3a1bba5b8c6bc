package org.clockwork.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What a page of figures says of the machine that they come from. */
final class ThisMachine {
  private ThisMachine() {}

  static String description() throws IOException {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %.0f GB, Linux %s, JDK %s",
        row("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        Long.parseLong(row("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / 1e6,
        System.getProperty("os.version"),
        System.getProperty("java.version"));
  }

  private static String row(String file, String name) throws IOException {
    try (Stream<String> rows = Files.lines(Path.of(file))) {
      return rows.filter(row -> row.startsWith(name))
          .map(row -> row.substring(row.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("an unknown machine");
    }
  }
}
