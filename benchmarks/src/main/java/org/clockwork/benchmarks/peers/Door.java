package org.clockwork.benchmarks.peers;

import java.util.Locale;

/** By which of its doors a server is asked. */
enum Door {
  GRPC("gRPC"),
  REST("REST");

  private final String shown;

  Door(String shown) {
    this.shown = shown;
  }

  static Door of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As tables have it. */
  String shown() {
    return shown;
  }
}
