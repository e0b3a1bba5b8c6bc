package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.clockwork.experiments.plot.Series;

/**
 * A figure from the paper, and the point of the experiment that it stands for.
 *
 * @param source as the picture's legend has it
 */
public record Published(
    String source, SequencedMap<String, Value> where, String column, double figure) {
  /** Of the paper's series those that are about its own system. */
  private static final String OWN = "paper: Clockwork";

  /** What is drawn of the paper's own system. */
  static List<Published> of(Drawing drawing) {
    List<Published> all = new ArrayList<>();
    for (Drawing.Picture picture : drawing.pictures()) {
      for (Series series : picture.published()) {
        if (series.name().startsWith(OWN)) {
          series.points().forEach(point -> all.add(of(picture, series, point)));
        }
      }
    }
    return all;
  }

  private static Published of(Drawing.Picture picture, Series series, Series.Point point) {
    return switch (picture) {
      case Drawing.Picture.Curves curves -> {
        SequencedMap<String, Value> where = new LinkedHashMap<>(curves.where());
        where.put(curves.x(), Value.of(point.x()));
        yield new Published(series.name(), where, curves.lines().getFirst().column(), point.y());
      }
      case Drawing.Picture.SideBySide sides ->
          new Published(
              series.name(), Ground.at(), sides.columns().get((int) point.x()), point.y());
    };
  }

  /** {@code goodput_per_s at slo_ms=10}. */
  String about() {
    return Target.about(column, where);
  }
}
