package org.clockwork.launcher.plot;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series.Point;

/** A distribution's curve, with the tail drawn as large as the rest. */
final class Tail {
  private static final int POINTS_A_POWER = 20;

  private Tail() {}

  /**
   * From percentile 0 up to the last one that this many values have, at most {@link Axis#TAIL_MAX}.
   *
   * @param unit how many of the histogram's are one of the picture's
   */
  static List<Point> of(Histogram histogram, double unit) {
    List<Point> points = new ArrayList<>();
    if (histogram.getTotalCount() == 0) {
      return points;
    }
    double last = Math.min(Axis.TAIL_MAX, 100 - 100.0 / histogram.getTotalCount());
    double percentile = 0;
    for (int i = 1; percentile < last; i++) {
      points.add(point(histogram, percentile, unit));
      percentile = 100 - 100 * Math.pow(10, -(double) i / POINTS_A_POWER);
    }
    points.add(point(histogram, last, unit));
    return points;
  }

  private static Point point(Histogram histogram, double percentile, double unit) {
    return Point.of(histogram.getValueAtPercentile(percentile) / unit, percentile);
  }
}
