package org.clockwork.benchmarks;

import picocli.CommandLine;

/** Runs benchmarks that take options. */
public final class Programs {
  private Programs() {}

  /** Stops the process where the options are wrong or the benchmark breaks. */
  public static void run(Runnable benchmark, String[] args) {
    int code = new CommandLine(benchmark).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }
}
