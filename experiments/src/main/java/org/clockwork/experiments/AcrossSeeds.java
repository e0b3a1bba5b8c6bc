package org.clockwork.experiments;

import java.util.List;

/** One figure over several seeds. */
record AcrossSeeds(double least, double median, double most) {

  /**
   * @param figures at least one
   */
  static AcrossSeeds of(List<Double> figures) {
    if (figures.isEmpty()) {
      throw new IllegalArgumentException("no figures, no spread");
    }
    List<Double> sorted = figures.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new AcrossSeeds(sorted.getFirst(), median, sorted.getLast());
  }

  /** {@code 922.1}, or {@code 922.1 (921.8–922.4)} where it differs from seed to seed. */
  String text() {
    String middle = Value.of(median).text();
    return least == most
        ? middle
        : "%s (%s–%s)".formatted(middle, Value.of(least).text(), Value.of(most).text());
  }
}
