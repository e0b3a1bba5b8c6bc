package org.clockwork.benchmarks.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the open TCP sockets of one process have carried, as the kernel counts it and {@code ss}
 * shows it. Not /proc/PID/io: that misses what goes by send and recv, which is how Netty's native
 * transport moves everything.
 */
final class Sockets {
  private static final Pattern SENT = Pattern.compile("\\bbytes_sent:(\\d+)");
  private static final Pattern RECEIVED = Pattern.compile("\\bbytes_received:(\\d+)");
  private static final Pattern ENDS = Pattern.compile("(\\S+:\\d+)\\s+(\\S+:\\d+)");

  private Sockets() {}

  /** Bytes sent and received since each was opened, by its two ends. */
  static Map<String, Long> bytes(long pid) throws IOException {
    Process ss;
    try {
      ss = new ProcessBuilder("ss", "--tcp", "-inpHO").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException("socket counters need ss, which comes with iproute2", e);
    }
    String owner = "pid=%d,".formatted(pid);
    Map<String, Long> bytes = new HashMap<>();
    try (BufferedReader out = ss.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        Matcher ends = ENDS.matcher(line);
        if (line.contains(owner) && ends.find()) {
          bytes.put(ends.group(), figure(SENT, line) + figure(RECEIVED, line));
        }
      }
    }
    return bytes;
  }

  /** What was carried between two looks, by sockets that are still open at the second. */
  static long between(Map<String, Long> before, Map<String, Long> after) {
    return after.entrySet().stream()
        .mapToLong(socket -> socket.getValue() - before.getOrDefault(socket.getKey(), 0L))
        .sum();
  }

  private static long figure(Pattern key, String line) {
    Matcher found = key.matcher(line);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
