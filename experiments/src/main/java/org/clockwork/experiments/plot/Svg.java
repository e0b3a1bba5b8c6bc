package org.clockwork.experiments.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws panels side by side, under a title, over one legend for all. The same series has the same
 * colour in each. Every point says its figures where a pointer rests on it.
 */
public final class Svg {
  private static final int PANEL_WIDTH = 400;
  private static final int PANEL_HEIGHT = 300;
  private static final int PANELS_IN_A_ROW = 3;
  private static final int LEFT = 84;
  private static final int RIGHT = 16;
  private static final int TOP = 30;
  private static final int BOTTOM = 52;
  private static final int TITLE = 40;
  private static final int LEGEND_LINE = 20;
  private static final int LEGEND_ENTRY_WIDTH = 250;

  /** Told apart by those who see few colours, too (Okabe and Ito); marks differ as well. */
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"
  };

  private static final String[] GREYS = {"#777777", "#999999", "#555555", "#aaaaaa"};
  private static final String[] DASHES = {"6 4", "2 3", "9 3 2 3", "1 4"};

  private final String title;
  private final List<Panel> panels;
  private final SequencedMap<String, Look> looks = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  /** How a series is drawn. */
  private record Look(String colour, String dash) {}

  private Svg(String title, List<Panel> panels) {
    this.title = title;
    this.panels = panels;
    int measured = 0;
    int published = 0;
    for (Panel panel : panels) {
      for (Series series : panel.series()) {
        if (!looks.containsKey(series.name())) {
          looks.put(
              series.name(),
              series.published()
                  ? new Look(GREYS[published % GREYS.length], DASHES[published++ % DASHES.length])
                  : new Look(COLOURS[measured++ % COLOURS.length], ""));
        }
      }
    }
  }

  /** The whole file; a panel without any point is left out. */
  public static String of(String title, List<Panel> panels) {
    return new Svg(
            title,
            panels.stream()
                .filter(panel -> panel.series().stream().anyMatch(s -> !s.points().isEmpty()))
                .toList())
        .drawn();
  }

  private String drawn() {
    int across = Math.clamp(panels.size(), 1, PANELS_IN_A_ROW);
    int rows = Math.ceilDiv(panels.size(), across);
    int width = Math.max(2, across) * PANEL_WIDTH;
    int entriesInALine = width / LEGEND_ENTRY_WIDTH;
    int legendLines = Math.ceilDiv(looks.size(), entriesInALine);
    int legendTop = TITLE + rows * PANEL_HEIGHT + 8;
    int height = legendTop + legendLines * LEGEND_LINE + 8;
    int panelWidth = width / across;
    line(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\""
                + " font-family=\"sans-serif\" font-size=\"12\">")
            .formatted(width, height, width, height));
    line("<title>%s</title>".formatted(escaped(title)));
    line("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
    text(width / 2.0, 24, "middle", "font-size=\"15\" font-weight=\"bold\"", title);
    for (int i = 0; i < panels.size(); i++) {
      new Frame(
              panels.get(i),
              i % across * panelWidth,
              TITLE + i / across * PANEL_HEIGHT,
              panelWidth,
              PANEL_HEIGHT)
          .draw();
    }
    int entry = 0;
    for (String name : looks.sequencedKeySet()) {
      legend(
          name,
          20 + entry % entriesInALine * LEGEND_ENTRY_WIDTH,
          legendTop + entry / entriesInALine * LEGEND_LINE + 10);
      entry++;
    }
    line("</svg>");
    return out.toString();
  }

  private void legend(String name, int x, int y) {
    Look look = looks.get(name);
    stroke(x, y, x + 28, y, look, 2);
    mark(x + 14, y, look, name);
    text(x + 36, y + 4, "start", "", name);
  }

  /** One panel at its place, with its own measure. */
  private final class Frame {
    private final Panel panel;
    private final double left;
    private final double top;
    private final double right;
    private final double bottom;
    private final double lowX;
    private final double highX;
    private final double lowY;
    private final double highY;

    private Frame(Panel panel, double x, double y, double width, double height) {
      this.panel = panel;
      this.left = x + LEFT;
      this.top = y + TOP;
      this.right = x + width - RIGHT;
      this.bottom = y + height - BOTTOM;
      List<Double> xs = new ArrayList<>();
      List<Double> ys = new ArrayList<>();
      for (Series series : panel.series()) {
        for (Series.Point point : series.points()) {
          xs.add(point.x());
          Stream.of(point.y(), point.low(), point.high()).forEach(ys::add);
        }
      }
      double[] across = room(panel.right(), xs, true);
      double[] upward = room(panel.up(), ys, false);
      this.lowX = across[0];
      this.highX = across[1];
      this.lowY = upward[0];
      this.highY = upward[1];
    }

    /** From 0 where that is possible, so that heights compare; a little more than is needed. */
    private static double[] room(Axis axis, List<Double> values, boolean tight) {
      double low = values.stream().mapToDouble(Double::doubleValue).min().orElse(0);
      double high = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
      if (axis.scale() == Axis.Scale.LOG) {
        double margin = Math.max(1.05, Math.pow(high / low, 0.04));
        return new double[] {low / margin, high * margin};
      }
      double from = tight ? low : Math.min(0, low);
      double span = high > from ? high - from : 1;
      return new double[] {tight ? from - span * 0.04 : from, high + span * (tight ? 0.04 : 0.06)};
    }

    private double x(double value) {
      return place(panel.right(), value, lowX, highX, left, right);
    }

    private double y(double value) {
      return place(panel.up(), value, lowY, highY, bottom, top);
    }

    private static double place(
        Axis axis, double value, double low, double high, double from, double to) {
      double share =
          (axis.transformed(value) - axis.transformed(low))
              / (axis.transformed(high) - axis.transformed(low));
      return from + share * (to - from);
    }

    private void draw() {
      text((left + right) / 2, top - 10, "middle", "font-weight=\"bold\"", panel.title());
      for (Axis.Tick tick : panel.up().ticksWithin(lowY, highY)) {
        grid(left, y(tick.value()), right, y(tick.value()));
        text(left - 6, y(tick.value()) + 4, "end", "", tick.name());
      }
      for (Axis.Tick tick : panel.right().ticksWithin(lowX, highX)) {
        grid(x(tick.value()), top, x(tick.value()), bottom);
        text(x(tick.value()), bottom + 16, "middle", "", tick.name());
      }
      line(
          "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"none\" stroke=\"#333\"/>"
              .formatted(at(left), at(top), at(right - left), at(bottom - top)));
      text((left + right) / 2, bottom + 36, "middle", "", panel.right().label());
      double middle = (top + bottom) / 2;
      text(
          left - 66,
          middle,
          "middle",
          "transform=\"rotate(-90 %s %s)\"".formatted(at(left - 66), at(middle)),
          panel.up().label());
      panel.series().forEach(this::draw);
    }

    private void draw(Series series) {
      Look look = looks.get(series.name());
      List<Series.Point> points = series.points().stream().filter(this::drawable).toList();
      line(
          "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s points=\"%s\"/>"
              .formatted(
                  look.colour(),
                  dashed(look),
                  points.stream()
                      .map(point -> at(x(point.x())) + "," + at(y(point.y())))
                      .collect(Collectors.joining(" "))));
      for (Series.Point point : points) {
        if (point.high() > point.low()) {
          stroke(
              x(point.x()),
              y(point.low()),
              x(point.x()),
              y(point.high()),
              new Look(look.colour(), ""),
              1);
        }
        mark(
            x(point.x()),
            y(point.y()),
            look,
            series.name() + ": " + Axis.text(point.x()) + ", " + plain(point.y()));
      }
    }

    /** A logarithm has no place for 0. */
    private boolean drawable(Series.Point point) {
      return (panel.right().scale() != Axis.Scale.LOG || point.x() > 0)
          && (panel.up().scale() != Axis.Scale.LOG || point.low() > 0);
    }
  }

  private void grid(double x1, double y1, double x2, double y2) {
    stroke(x1, y1, x2, y2, new Look("#dddddd", ""), 1);
  }

  private void stroke(double x1, double y1, double x2, double y2, Look look, int width) {
    line(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\"%s/>"
            .formatted(at(x1), at(y1), at(x2), at(y2), look.colour(), width, dashed(look)));
  }

  private void mark(double x, double y, Look look, String says) {
    line(
        "<circle cx=\"%s\" cy=\"%s\" r=\"3.5\" fill=\"%s\" stroke=\"%s\"><title>%s</title></circle>"
            .formatted(
                at(x),
                at(y),
                look.dash().isEmpty() ? look.colour() : "white",
                look.colour(),
                escaped(says)));
  }

  private void text(double x, double y, String anchor, String more, String words) {
    line(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" %s>%s</text>"
            .formatted(at(x), at(y), anchor, more, escaped(words)));
  }

  private static String dashed(Look look) {
    return look.dash().isEmpty() ? "" : " stroke-dasharray=\"" + look.dash() + "\"";
  }

  private static String at(double pixels) {
    return String.format(Locale.ROOT, "%.1f", pixels);
  }

  private static String plain(double value) {
    return String.format(Locale.ROOT, "%.7g", value);
  }

  private void line(String text) {
    out.append(text).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
