package org.clockwork.experiments.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * What one name in the legend stands for.
 *
 * @param points not a number, up, is a gap in a line
 */
public record Series(String name, Form form, List<Point> points) {
  /** How it is drawn. */
  public enum Form {
    LINE,
    /** Not measured here: a dashed grey line. */
    PUBLISHED,
    /** Neither: an objective, or what would be ideal. A grey line without marks. */
    GUIDE,
    /** Points that no line joins. */
    DOTS,
    /** From 0 up, those of several series beside each other. */
    BARS
  }

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

  /** What was measured. */
  public static Series line(String name, List<Point> points) {
    return new Series(name, Form.LINE, points);
  }

  /** From pairs of what goes to the right and what goes up. */
  public static Series published(String name, double... pairs) {
    return new Series(name, Form.PUBLISHED, points(pairs));
  }

  /** From pairs, too. */
  public static Series guide(String name, double... pairs) {
    return new Series(name, Form.GUIDE, points(pairs));
  }

  private static List<Point> points(double... pairs) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      points.add(Point.of(pairs[i], pairs[i + 1]));
    }
    return points;
  }
}
