package org.clockwork.benchmarks.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.clockwork.benchmarks.oip.Door;

/**
 * Where a server that is compared lives, and what it is to serve.
 *
 * @param folder for everything that a comparison installs or writes
 * @param scripts those of benchmarks/peers
 * @param python the interpreter that environments for Python's servers are made of
 * @param deadline the time that each request has
 */
record Site(Path folder, Path scripts, String python, Path model, Ports ports, Deadline deadline) {
  /** Free ones on loopback. */
  record Ports(int http, int grpc, int metrics) {
    static Ports free() throws IOException {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      try (ServerSocket http = new ServerSocket(0, 1, loopback);
          ServerSocket grpc = new ServerSocket(0, 1, loopback);
          ServerSocket metrics = new ServerSocket(0, 1, loopback)) {
        return new Ports(http.getLocalPort(), grpc.getLocalPort(), metrics.getLocalPort());
      }
    }

    int of(Door door) {
      return door == Door.GRPC ? grpc : http;
    }
  }

  /**
   * What a request may take from its intended moment to its answer, both at the client, and what
   * follows from it for servers.
   *
   * @param wayMillis of it, kept for the way to the server and back
   * @param batchMillis what a full batch takes here
   */
  record Deadline(long millis, long wayMillis, double batchMillis) {
    /** For a server that is told when the answer has to leave it. */
    long atServerMicros() {
      return (millis - wayMillis) * 1_000;
    }

    /** For a server that is told how long a request may wait before it is executed. */
    long inQueueMicros() {
      return Math.max(1, Math.round(atServerMicros() - batchMillis * 1_000));
    }
  }
}
