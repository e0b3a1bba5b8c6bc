package org.clockwork.experiments.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * One line.
 *
 * @param name as in the legend
 * @param published not measured here: drawn dashed and grey
 */
public record Series(String name, boolean published, List<Point> points) {
  public Series {
    points = List.copyOf(points);
  }

  /**
   * A value with how far it spreads; {@code low} and {@code high} are the value itself where there
   * is one only.
   */
  public record Point(double x, double y, double low, double high) {
    public static Point of(double x, double y) {
      return new Point(x, y, y, y);
    }
  }

  /** From pairs of what goes to the right and what goes up. */
  public static Series published(String name, double... pairs) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      points.add(Point.of(pairs[i], pairs[i + 1]));
    }
    return new Series(name, true, points);
  }
}
