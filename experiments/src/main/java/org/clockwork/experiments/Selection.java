package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Which points of experiments are run: those whose parameters have these values, as far as they
 * have such parameters.
 */
public record Selection(List<Choice> choices) {
  public static final Selection ALL = new Selection(List.of());

  public Selection {
    choices = List.copyOf(choices);
  }

  /** A parameter by the name of its column, and its value as tables write it. */
  public record Choice(String parameter, String value) {
    private boolean fits(SequencedMap<String, Value> point) {
      Value own = point.get(parameter);
      return own == null || own.text().equals(value);
    }
  }

  /**
   * As on a command line: {@code slo_ms=100}, {@code models=12}.
   *
   * @throws IllegalArgumentException one is no such thing, or no point has what it says; the
   *     message says which there are
   */
  public static Selection of(List<String> texts, List<Experiment> experiments) {
    List<SequencedMap<String, Value>> points =
        experiments.stream()
            .flatMap(experiment -> experiment.cells(Extent.WHOLE).stream())
            .map(Cell::parameters)
            .toList();
    List<Choice> choices = new ArrayList<>();
    texts.forEach(text -> choices.add(choice(text, points)));
    Selection selection = new Selection(choices);
    if (points.stream().noneMatch(selection::takes)) {
      throw new IllegalArgumentException("no point has all of this at once: " + texts);
    }
    return selection;
  }

  private static Choice choice(String text, List<SequencedMap<String, Value>> points) {
    String[] sides = text.split("=", -1);
    List<String> values =
        points.stream()
            .filter(point -> point.containsKey(sides[0]))
            .map(point -> point.get(sides[0]).text())
            .distinct()
            .toList();
    if (sides.length != 2 || values.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: expected PARAMETER=VALUE; what varies here is: %s".formatted(text, varied(points)));
    }
    if (!values.contains(sides[1])) {
      throw new IllegalArgumentException(
          "%s: values of %s are %s".formatted(text, sides[0], String.join(", ", values)));
    }
    return new Choice(sides[0], sides[1]);
  }

  private static String varied(List<SequencedMap<String, Value>> points) {
    String names =
        points.stream()
            .flatMap(point -> point.sequencedKeySet().stream())
            .distinct()
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "nothing" : names;
  }

  public boolean takes(Cell cell) {
    return takes(cell.parameters());
  }

  private boolean takes(SequencedMap<String, Value> point) {
    return choices.stream().allMatch(choice -> choice.fits(point));
  }
}
