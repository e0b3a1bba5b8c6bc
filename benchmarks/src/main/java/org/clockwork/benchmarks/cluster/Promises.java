package org.clockwork.benchmarks.cluster;

import java.util.Locale;

/** The table that every benchmark here ends with: what was measured beside what was promised. */
public final class Promises {
  private Promises() {}

  public static void header() {
    System.out.printf("%-52s %14s   %s%n", "measure", "measured", "promised");
  }

  /** A figure that should be no smaller. */
  public static void atLeast(String measure, double figure, double least, String unit) {
    row(measure, figure, "≥", least, unit, figure >= least);
  }

  /** A figure that should be no larger. */
  public static void atMost(String measure, double figure, double most, String unit) {
    row(measure, figure, "≤", most, unit, figure <= most);
  }

  /** A figure without a promise. */
  static void figure(String measure, double figure, String unit) {
    System.out.printf(Locale.ROOT, "%-52s %,14.3f   %s%n", measure, figure, unit);
  }

  private static void row(
      String measure, double figure, String bound, double promised, String unit, boolean kept) {
    System.out.printf(
        Locale.ROOT,
        "%-52s %,14.3f   %s %,.3f %s%s%n",
        measure,
        figure,
        bound,
        promised,
        unit,
        kept ? "" : "  NOT KEPT");
  }

  /** What a role took while the load ran. */
  static void usage(String role, RoleProcess.Usage usage, double seconds) {
    System.out.printf(
        Locale.ROOT,
        "%-52s %14.2f   cores, %,.0f MB resident%n",
        role,
        usage.cpuSeconds() / seconds,
        usage.residentBytes() / 1e6);
  }
}
