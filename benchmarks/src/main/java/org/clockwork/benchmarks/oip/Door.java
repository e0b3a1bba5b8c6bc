package org.clockwork.benchmarks.oip;

import java.util.Locale;

/** By which of its doors a server is asked. */
public enum Door {
  GRPC("gRPC"),
  REST("REST");

  private final String shown;

  Door(String shown) {
    this.shown = shown;
  }

  /** Whatever its case. */
  public static Door of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** As tables have it. */
  public String shown() {
    return shown;
  }
}
