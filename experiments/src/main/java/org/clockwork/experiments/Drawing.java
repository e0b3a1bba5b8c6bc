package org.clockwork.experiments;

import java.util.List;
import java.util.SequencedMap;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Series;

/** What is drawn of an experiment, and what was published beside it. */
public record Drawing(List<Picture> pictures) {
  public Drawing {
    pictures = List.copyOf(pictures);
  }

  /** One panel. */
  public sealed interface Picture {
    String title();

    Axis up();

    List<Series> published();

    /**
     * Columns over another one.
     *
     * @param where the rows that belong to it
     * @param x the column that goes to the right
     * @param lines what is drawn of each policy
     */
    record Curves(
        String title,
        SequencedMap<String, Value> where,
        String x,
        Axis right,
        Axis up,
        List<Line> lines,
        List<Series> published)
        implements Picture {
      public Curves {
        lines = List.copyOf(lines);
        published = List.copyOf(published);
      }
    }

    /** Columns side by side, where an experiment has one point only. */
    record SideBySide(String title, Axis up, List<String> columns, List<Series> published)
        implements Picture {
      public SideBySide {
        columns = List.copyOf(columns);
        published = List.copyOf(published);
      }
    }
  }

  /**
   * One column of each policy.
   *
   * @param label what is said after the policy's name; empty where the picture has one line only
   */
  public record Line(String column, String label) {}
}
