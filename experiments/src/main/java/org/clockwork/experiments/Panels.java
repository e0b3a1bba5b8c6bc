package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Panel;
import org.clockwork.experiments.plot.Series;
import org.clockwork.experiments.plot.Series.Point;
import org.clockwork.experiments.plot.Svg;

/** Results of one experiment as panels: medians over the seeds, with how far they spread. */
public final class Panels {
  private final List<Result> results;
  private final SequencedSet<String> policies = new LinkedHashSet<>();

  private Panels(List<Result> results) {
    this.results = results;
    results.forEach(result -> result.rows().forEach(row -> policies.add(row.policy())));
  }

  /**
   * The picture of an experiment as SVG.
   *
   * @param results all of the same experiment, one a seed
   */
  public static String svg(List<Result> results) {
    Experiment experiment = results.getFirst().experiment();
    Panels panels = new Panels(results);
    String seeds =
        results.size() == 1
            ? "seed " + results.getFirst().seed()
            : "median of " + results.size() + " seeds";
    return Svg.of(
        experiment.name() + ", simulated (" + seeds + ") and as published",
        experiment.drawing().pictures().stream().map(panels::panel).toList());
  }

  private Panel panel(Drawing.Picture picture) {
    List<Series> series = new ArrayList<>();
    Axis right =
        switch (picture) {
          case Drawing.Picture.Curves curves -> {
            for (String policy : policies) {
              curves.lines().forEach(line -> series.add(curve(curves, policy, line)));
            }
            yield curves.right();
          }
          case Drawing.Picture.SideBySide sides -> {
            policies.forEach(policy -> series.add(points(sides, policy)));
            yield Axis.words("", sides.columns());
          }
        };
    series.addAll(picture.published());
    return new Panel(picture.title(), right, picture.up(), series);
  }

  private Series curve(Drawing.Picture.Curves curves, String policy, Drawing.Line line) {
    SequencedMap<Double, List<Double>> byX = new TreeMap<>();
    for (Row row : rows(policy)) {
      OptionalDouble x = row.value(curves.x()).number();
      OptionalDouble y = row.value(line.column()).number();
      if (row.isOf(curves.where()) && x.isPresent() && y.isPresent()) {
        byX.computeIfAbsent(x.getAsDouble(), _ -> new ArrayList<>()).add(y.getAsDouble());
      }
    }
    List<Point> points = new ArrayList<>();
    byX.forEach((x, ys) -> points.add(point(x, AcrossSeeds.of(ys))));
    String name = line.label().isEmpty() ? policy : policy + ", " + line.label();
    return Series.line(name, points);
  }

  private Series points(Drawing.Picture.SideBySide sides, String policy) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < sides.columns().size(); i++) {
      List<Double> ys = new ArrayList<>();
      for (Row row : rows(policy)) {
        row.value(sides.columns().get(i)).number().ifPresent(ys::add);
      }
      if (!ys.isEmpty()) {
        points.add(point(i, AcrossSeeds.of(ys)));
      }
    }
    return Series.line(policy, points);
  }

  private List<Row> rows(String policy) {
    return results.stream()
        .flatMap(result -> result.rows().stream())
        .filter(row -> row.policy().equals(policy))
        .toList();
  }

  private static Point point(double x, AcrossSeeds spread) {
    return new Point(x, spread.median(), spread.least(), spread.most());
  }
}
