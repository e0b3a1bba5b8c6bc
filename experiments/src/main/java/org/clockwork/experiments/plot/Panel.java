package org.clockwork.experiments.plot;

import java.util.List;

/** Lines over one pair of axes. */
public record Panel(String title, Axis right, Axis up, List<Series> series) {
  public Panel {
    series = List.copyOf(series);
  }

  /** For a picture that shows nothing else and says it in its own title. */
  public Panel untitled() {
    return new Panel("", right, up, series);
  }
}
