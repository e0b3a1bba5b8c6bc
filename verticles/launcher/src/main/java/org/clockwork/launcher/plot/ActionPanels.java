package org.clockwork.launcher.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.clockwork.controller.telemetry.PredictionErrors.Errors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Panel;
import org.clockwork.experiments.plot.Series;
import org.clockwork.experiments.plot.Series.Point;
import org.clockwork.launcher.plot.TimeSlots.Stretch;

/** What is drawn of actions. */
record ActionPanels(ActionFigures figures) {
  private static final double MICRO = 1e3;

  Panel batchSizes() {
    List<String> sizes = new ArrayList<>();
    List<Point> infers = new ArrayList<>();
    List<Point> requests = new ArrayList<>();
    double allInfers = figures.infersBySize().values().stream().mapToLong(n -> n).sum();
    double allRequests =
        figures.infersBySize().entrySet().stream()
            .mapToDouble(entry -> (double) entry.getKey() * entry.getValue())
            .sum();
    figures
        .infersBySize()
        .forEach(
            (size, count) -> {
              infers.add(Point.of(sizes.size(), 100 * count / allInfers));
              requests.add(Point.of(sizes.size(), 100.0 * size * count / Math.max(1, allRequests)));
              sizes.add(size.toString());
            });
    return new Panel(
        "Batch sizes",
        Axis.words("inputs in a batch", sizes),
        Axis.linear("share, %"),
        List.of(
            new Series("share of INFERs", Series.Form.BARS, infers),
            new Series("share of inputs", Series.Form.BARS, requests)));
  }

  Panel batchesOverTime() {
    return new Panel(
        "Batch sizes over time",
        time(),
        Axis.linear("inputs in a batch, " + ofEach()),
        List.of(
            overTime(
                "mean batch",
                figures.slots().stretches(),
                stretch -> of(stretch, slot -> (double) slot.inputs / slot.infers)),
            overTime(
                "largest batch",
                figures.slots().stretches(),
                stretch -> of(stretch, slot -> slot.batchMost))));
  }

  Panel actionsOverTime() {
    return new Panel(
        "Actions",
        time(),
        Axis.linear("actions per second, " + ofEach()),
        List.of(
            overTime("INFERs", measured(), stretch -> rate(stretch, slot -> slot.infers)),
            overTime("LOADs", measured(), stretch -> rate(stretch, slot -> slot.loads))));
  }

  Panel errors(String title, Figure figure) {
    Errors errors = figures.errors(figure);
    return new Panel(
        title,
        Axis.log("error, µs"),
        Axis.tail("% of those that erred so"),
        List.of(
            Series.line("early: sooner or shorter", Tail.of(errors.early(), MICRO)),
            Series.line("late: later or longer", Tail.of(errors.late(), MICRO))));
  }

  private List<Stretch<ActionFigures.Slot>> measured() {
    return figures.slots().measured();
  }

  private static Series overTime(
      String name,
      List<Stretch<ActionFigures.Slot>> stretches,
      Function<Stretch<ActionFigures.Slot>, Double> value) {
    return Series.line(
        name,
        stretches.stream()
            .map(stretch -> Point.of(stretch.middleSeconds(), value.apply(stretch)))
            .toList());
  }

  /** A gap where there was no INFER. */
  private static double of(
      Stretch<ActionFigures.Slot> stretch, ToDoubleFunction<ActionFigures.Slot> value) {
    return stretch
        .slot()
        .filter(slot -> slot.infers > 0)
        .map(value::applyAsDouble)
        .orElse(Double.NaN);
  }

  private static double rate(
      Stretch<ActionFigures.Slot> stretch, ToDoubleFunction<ActionFigures.Slot> count) {
    return stretch.slot().map(count::applyAsDouble).orElse(0.0) / stretch.seconds();
  }

  private static Axis time() {
    return Axis.linear("sending, seconds since the controller started");
  }

  private String ofEach() {
    return "in each %d s".formatted(figures.slots().slotSeconds());
  }
}
