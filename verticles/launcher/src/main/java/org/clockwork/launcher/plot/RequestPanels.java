package org.clockwork.launcher.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Panel;
import org.clockwork.experiments.plot.Series;
import org.clockwork.experiments.plot.Series.Point;
import org.clockwork.launcher.plot.TimeSlots.Stretch;

/**
 * What is drawn of requests.
 *
 * @param since what the time counts from
 */
record RequestPanels(RequestFigures figures, String since) {
  private static final double MILLI = 1e6;

  Panel latencyOverTime() {
    List<Series> series = new ArrayList<>();
    series.add(percentile("p50", 50));
    series.add(percentile("p99", 99));
    series.add(percentile("max", 100));
    List<Stretch<RequestFigures.Slot>> stretches = figures.slots().stretches();
    if (!stretches.isEmpty()) {
      figures
          .sloNanos()
          .ifPresent(
              nanos ->
                  series.add(
                      Series.guide(
                          "objective",
                          stretches.getFirst().fromSeconds(),
                          nanos / MILLI,
                          stretches.getLast().fromSeconds() + stretches.getLast().seconds(),
                          nanos / MILLI)));
    }
    return new Panel("Latency over time", time(), Axis.log("latency, ms, " + ofEach()), series);
  }

  Panel goodputOverTime() {
    return new Panel(
        "Goodput and offered load",
        time(),
        Axis.linear("requests per second, " + ofEach()),
        List.of(
            rate("offered", slot -> slot.offered),
            rate("goodput", slot -> slot.met),
            rate("refused", slot -> slot.refused)));
  }

  Panel goodputAgainstOffered() {
    List<Point> points = new ArrayList<>();
    double most = 0;
    for (Stretch<RequestFigures.Slot> stretch : measured()) {
      Point point = Point.of(per(stretch, slot -> slot.offered), per(stretch, slot -> slot.met));
      points.add(point);
      most = Math.max(most, point.x());
    }
    List<Series> series = new ArrayList<>();
    series.add(
        new Series("each %d s".formatted(figures.slots().slotSeconds()), Series.Form.DOTS, points));
    if (!points.isEmpty()) {
      series.add(Series.guide("all answered in time", 0, 0, most, most));
    }
    return new Panel(
        "Goodput against offered load",
        Axis.linear("offered, requests per second"),
        Axis.linear("goodput, requests per second"),
        series);
  }

  Panel coldOverTime() {
    List<Point> points = new ArrayList<>();
    for (Stretch<RequestFigures.Slot> stretch : figures.slots().stretches()) {
      points.add(
          point(
              stretch,
              stretch
                  .slot()
                  .filter(slot -> slot.latencyNanos.getTotalCount() > 0)
                  .map(slot -> 100.0 * slot.cold / slot.latencyNanos.getTotalCount())));
    }
    return new Panel(
        "Cold starts",
        time(),
        Axis.linear("% of those that succeeded"),
        List.of(Series.line("waited for a LOAD", points)));
  }

  Panel distribution() {
    List<Series> series = new ArrayList<>();
    Histogram all = figures.latencyNanos();
    series.add(Series.line("all that succeeded", Tail.of(all, MILLI)));
    if (figures.coldNanos().getTotalCount() > 0 && figures.warmNanos().getTotalCount() > 0) {
      series.add(Series.line("warm: the model was there", Tail.of(figures.warmNanos(), MILLI)));
      series.add(Series.line("cold: waited for a LOAD", Tail.of(figures.coldNanos(), MILLI)));
    }
    if (all.getTotalCount() > 0) {
      figures
          .sloNanos()
          .ifPresent(
              nanos ->
                  series.add(
                      Series.guide("objective", nanos / MILLI, 0, nanos / MILLI, Axis.TAIL_MAX)));
    }
    return new Panel(
        "Distribution of latency",
        Axis.log("latency, ms"),
        Axis.tail("% of those that succeeded"),
        series);
  }

  private Series percentile(String name, double percentile) {
    List<Point> points = new ArrayList<>();
    for (Stretch<RequestFigures.Slot> stretch : figures.slots().stretches()) {
      points.add(
          point(
              stretch,
              stretch
                  .slot()
                  .map(slot -> slot.latencyNanos)
                  .filter(latency -> latency.getTotalCount() > 0)
                  .map(latency -> latency.getValueAtPercentile(percentile) / MILLI)));
    }
    return Series.line(name, points);
  }

  private Series rate(String name, ToDoubleFunction<RequestFigures.Slot> count) {
    return Series.line(
        name,
        measured().stream()
            .map(stretch -> Point.of(stretch.middleSeconds(), per(stretch, count)))
            .toList());
  }

  /** Without a first or last one that is too short to tell a rate. */
  private List<Stretch<RequestFigures.Slot>> measured() {
    return figures.slots().measured();
  }

  private static double per(
      Stretch<RequestFigures.Slot> stretch, ToDoubleFunction<RequestFigures.Slot> count) {
    return stretch.slot().map(count::applyAsDouble).orElse(0.0) / stretch.seconds();
  }

  /** A gap where there is nothing. */
  private static Point point(Stretch<?> stretch, Optional<Double> value) {
    return Point.of(stretch.middleSeconds(), value.orElse(Double.NaN));
  }

  private Axis time() {
    return Axis.linear("arrival, seconds since " + since);
  }

  private String ofEach() {
    return "in each %d s".formatted(figures.slots().slotSeconds());
  }
}
