package org.clockwork.experiments.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws panels side by side, under a title. Every point says its figures where a pointer rests on
 * it; series differ in colour, mark and dashes.
 */
public final class Svg {
  private static final int PANEL_WIDTH = 400;
  private static final int PANEL_HEIGHT = 300;
  private static final int PANELS_IN_A_ROW = 3;
  private static final int LEFT = 84;

  /** Half of 100,000 beside the last tick. */
  private static final int RIGHT = 26;

  private static final int TOP = 30;
  private static final int TOP_UNTITLED = 8;
  private static final int BOTTOM = 52;
  private static final int TITLE = 40;
  private static final int LEGEND_LINE = 20;

  /** What a letter takes on average, and what the sample before and the gap after a name take. */
  private static final double LETTER = 6.4;

  private static final int SAMPLE = 36;
  private static final int GAP = 18;

  /** Told apart by those who see few colours, too (Okabe and Ito); marks differ as well. */
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"
  };

  private static final String[] MARKS = {
    "circle", "square", "triangle", "diamond", "down", "cross"
  };

  /** Nothing more than this many marks on a line, or they would hide it. */
  private static final int MARKS_ON_A_LINE = 14;

  /** From its middle to its rim. */
  private static final double MARK = 3.5;

  private static final double[] CROSS = {
    -0.4, -1.2, 0.4, -1.2, 0.4, -0.4, 1.2, -0.4, 1.2, 0.4, 0.4, 0.4, 0.4, 1.2, -0.4, 1.2, -0.4, 0.4,
    -1.2, 0.4, -1.2, -0.4, -0.4, -0.4
  };

  private static final String[] GREYS = {"#777777", "#999999", "#555555", "#aaaaaa"};

  /** Of measured lines where no published ones, which are dashed, stand beside them. */
  private static final String[] MEASURED_DASHES = {"", "9 3", "2 2", "9 3 2 3", "5 2", "1 3"};

  private static final String[] DASHES = {"6 4", "2 3", "9 3 2 3", "1 4"};

  private final String title;
  private final List<Panel> panels;

  /** Where one legend stands for all panels. */
  private final Optional<Legend> common;

  private final StringBuilder out = new StringBuilder();

  /**
   * How a series is drawn.
   *
   * @param number counts up among the measured ones
   */
  private record Look(Series.Form form, int number, String colour, String dash, String mark) {
    boolean hollow() {
      return form == Series.Form.PUBLISHED || (form == Series.Form.BARS && number % 2 == 1);
    }
  }

  /** The names of series, with how they are drawn. */
  private record Legend(SequencedMap<String, Look> looks) {
    static Legend of(List<Panel> panels) {
      List<Series> all = panels.stream().flatMap(panel -> panel.series().stream()).toList();
      boolean published = all.stream().anyMatch(s -> s.form() == Series.Form.PUBLISHED);
      SequencedMap<String, Look> looks = new LinkedHashMap<>();
      int measured = 0;
      int greys = 0;
      for (Series series : all) {
        if (!looks.containsKey(series.name())) {
          looks.put(
              series.name(),
              switch (series.form()) {
                case PUBLISHED, GUIDE -> grey(series.form(), greys++);
                case LINE, DOTS, BARS -> measured(series.form(), measured++, !published);
              });
        }
      }
      return new Legend(looks);
    }

    /** Where each name stands, line by line, from 0. */
    List<Entry> entries(double width) {
      List<Entry> entries = new ArrayList<>();
      double x = 0;
      int y = 0;
      for (String name : looks.sequencedKeySet()) {
        double takes = SAMPLE + LETTER * name.length() + GAP;
        if (x > 0 && x + takes - GAP > width) {
          x = 0;
          y += LEGEND_LINE;
        }
        entries.add(new Entry(name, x, y));
        x += takes;
      }
      return entries;
    }

    int height(double width) {
      return looks.isEmpty() ? 0 : entries(width).getLast().y() + LEGEND_LINE + 8;
    }
  }

  /** A name in a legend. */
  private record Entry(String name, double x, int y) {}

  private Svg(String title, List<Panel> panels, Function<List<Panel>, Optional<Legend>> common) {
    this.title = title;
    this.panels =
        panels.stream()
            .filter(panel -> panel.series().stream().anyMatch(s -> !s.points().isEmpty()))
            .toList();
    this.common = common.apply(this.panels);
  }

  private static Look grey(Series.Form form, int number) {
    return new Look(
        form, number, GREYS[number % GREYS.length], DASHES[number % DASHES.length], MARKS[0]);
  }

  private static Look measured(Series.Form form, int number, boolean dashed) {
    return new Look(
        form,
        number,
        COLOURS[number % COLOURS.length],
        dashed ? MEASURED_DASHES[number % MEASURED_DASHES.length] : "",
        MARKS[number % MARKS.length]);
  }

  /**
   * The whole file, over one legend for all panels: the same series looks the same in each. A panel
   * without any point is left out.
   */
  public static String of(String title, List<Panel> panels) {
    return new Svg(title, panels, drawn -> Optional.of(Legend.of(drawn))).drawn();
  }

  /** The same with a legend of its own under each panel, where they show different things. */
  public static String eachWithLegend(String title, List<Panel> panels) {
    return new Svg(title, panels, _ -> Optional.empty()).drawn();
  }

  private String drawn() {
    int rows = Math.max(1, Math.ceilDiv(panels.size(), PANELS_IN_A_ROW));
    int across = Math.max(1, Math.ceilDiv(panels.size(), rows));
    int width = Math.max(2, across) * PANEL_WIDTH;
    int panelWidth = width / across;
    int panelHeight = PANEL_HEIGHT + (common.isPresent() ? 0 : ownLegendHeight(panelWidth));
    int legendTop = TITLE + rows * panelHeight + 8;
    int height = legendTop + common.map(legend -> legend.height(width - 2.0 * GAP)).orElse(0);
    line(
        ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\""
                + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#222222\">")
            .formatted(width, height, width, height));
    line("<title>%s</title>".formatted(escaped(title)));
    line("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
    text(width / 2.0, 24, "middle", "font-size=\"15\" font-weight=\"bold\"", title);
    if (panels.isEmpty()) {
      text(width / 2.0, TITLE + panelHeight / 2.0, "middle", "", "nothing was observed");
    }
    for (int i = 0; i < panels.size(); i++) {
      int x = i % across * panelWidth;
      int y = TITLE + i / across * panelHeight;
      Legend legend = common.orElse(Legend.of(panels.subList(i, i + 1)));
      new Frame(panels.get(i), legend, x, y, panelWidth, PANEL_HEIGHT).draw();
      if (common.isEmpty()) {
        draw(legend, x + LEFT, y + PANEL_HEIGHT, panelWidth - LEFT - RIGHT);
      }
    }
    common.ifPresent(legend -> draw(legend, GAP, legendTop, width - 2.0 * GAP));
    line("</svg>");
    return out.toString();
  }

  private int ownLegendHeight(int panelWidth) {
    return panels.stream()
        .mapToInt(panel -> Legend.of(List.of(panel)).height(panelWidth - LEFT - RIGHT))
        .max()
        .orElse(0);
  }

  private void draw(Legend legend, double x, double y, double width) {
    for (Entry entry : legend.entries(width)) {
      draw(entry.name(), legend.looks().get(entry.name()), x + entry.x(), y + entry.y() + 10);
    }
  }

  private void draw(String name, Look look, double x, double y) {
    switch (look.form()) {
      case BARS -> bar(x + 6, y - 6, 16, 12, look, name);
      case DOTS -> mark(x + 14, y, look, name);
      case LINE, PUBLISHED -> {
        stroke(x, y, x + 28, y, look, 2);
        mark(x + 14, y, look, name);
      }
      case GUIDE -> stroke(x, y, x + 28, y, look, 2);
    }
    text(x + SAMPLE, y + 4, "start", "", name);
  }

  /** One panel at its place, with its own measure. */
  private final class Frame {
    private final Panel panel;
    private final Legend legend;
    private final double left;
    private final double top;
    private final double right;
    private final double bottom;
    private final double lowX;
    private final double highX;
    private final double lowY;
    private final double highY;

    private Frame(Panel panel, Legend legend, double x, double y, double width, double height) {
      this.panel = panel;
      this.legend = legend;
      this.left = x + LEFT;
      this.top = y + (panel.title().isEmpty() ? TOP_UNTITLED : TOP);
      this.right = x + width - RIGHT;
      this.bottom = y + height - BOTTOM;
      List<Double> xs = new ArrayList<>();
      List<Double> ys = new ArrayList<>();
      for (Series series : panel.series()) {
        for (Series.Point point : series.points()) {
          xs.add(point.x());
          Stream.of(point.y(), point.low(), point.high())
              .filter(value -> !value.isNaN())
              .forEach(ys::add);
        }
      }
      boolean bars = panel.series().stream().anyMatch(s -> s.form() == Series.Form.BARS);
      if (bars) {
        xs.addAll(xs.stream().flatMap(at -> Stream.of(at - 0.5, at + 0.5)).toList());
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
      if (axis.scale() == Axis.Scale.TAIL) {
        return new double[] {0, Axis.TAIL_MAX};
      }
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
          "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"none\" stroke=\"#333333\"/>"
              .formatted(at(left), at(top), at(right - left), at(bottom - top)));
      text((left + right) / 2, bottom + 36, "middle", "", panel.right().label());
      double middle = (top + bottom) / 2;
      text(
          left - 66,
          middle,
          "middle",
          "transform=\"rotate(-90 %s %s)\"".formatted(at(left - 66), at(middle)),
          panel.up().label());
      // What was measured lies upon what it is compared with.
      panel.series().stream().filter(s -> s.form() == Series.Form.GUIDE).forEach(this::draw);
      panel.series().stream().filter(s -> s.form() != Series.Form.GUIDE).forEach(this::draw);
    }

    private void draw(Series series) {
      Look look = legend.looks().get(series.name());
      switch (series.form()) {
        case LINE, PUBLISHED, GUIDE -> {
          runs(series).forEach(run -> draw(look, run));
          marks(series, look);
        }
        case DOTS -> marks(series, look);
        case BARS -> bars(series, look);
      }
    }

    /** A line ends where there is no value and begins again behind that. */
    private List<List<Series.Point>> runs(Series series) {
      List<List<Series.Point>> runs = new ArrayList<>(List.of(new ArrayList<>()));
      for (Series.Point point : series.points()) {
        if (drawable(point)) {
          runs.getLast().add(point);
        } else if (Double.isNaN(point.y())) {
          runs.add(new ArrayList<>());
        }
      }
      return runs.stream().filter(run -> !run.isEmpty()).toList();
    }

    private void draw(Look look, List<Series.Point> run) {
      line(
          "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s points=\"%s\"/>"
              .formatted(
                  look.colour(),
                  dashed(look),
                  run.stream()
                      .map(point -> at(x(point.x())) + "," + at(y(point.y())))
                      .collect(Collectors.joining(" "))));
    }

    private void marks(Series series, Look look) {
      List<List<Series.Point>> runs = runs(series);
      int points = runs.stream().mapToInt(List::size).sum();
      int every = look.form() == Series.Form.DOTS ? 1 : Math.ceilDiv(points, MARKS_ON_A_LINE);
      int i = 0;
      for (List<Series.Point> run : runs) {
        for (Series.Point point : run) {
          if (point.high() > point.low()) {
            spread(point, look);
          }
          String says = series.name() + ": " + Axis.text(point.x()) + ", " + plain(point.y());
          // Marks of lines that lie upon each other are apart; a point alone has no line.
          boolean marked = i % every == look.number() % every || run.size() == 1;
          if (marked && look.form() != Series.Form.GUIDE) {
            mark(x(point.x()), y(point.y()), look, says);
          } else {
            area(x(point.x()), y(point.y()), says);
          }
          i++;
        }
      }
    }

    private void spread(Series.Point point, Look look) {
      line(
          "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\"/>"
              .formatted(
                  at(x(point.x())),
                  at(y(point.low())),
                  at(x(point.x())),
                  at(y(point.high())),
                  look.colour()));
    }

    /** Each at its whole number, beside those of the panel's other series. */
    private void bars(Series series, Look look) {
      List<Series> beside =
          panel.series().stream().filter(s -> s.form() == Series.Form.BARS).toList();
      double width = 0.8 / beside.size();
      double from = -0.4 + beside.indexOf(series) * width;
      for (Series.Point point : series.points()) {
        double begin = x(point.x() + from);
        bar(
            begin,
            y(point.y()),
            x(point.x() + from + width) - begin,
            bottom - y(point.y()),
            look,
            series.name() + ": " + plain(point.y()));
      }
    }

    /** A logarithm has no place for 0. */
    private boolean drawable(Series.Point point) {
      return !Double.isNaN(point.y())
          && (panel.right().scale() != Axis.Scale.LOG || point.x() > 0)
          && (panel.up().scale() != Axis.Scale.LOG || point.low() > 0);
    }
  }

  private void grid(double x1, double y1, double x2, double y2) {
    line(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"#dddddd\"/>"
            .formatted(at(x1), at(y1), at(x2), at(y2)));
  }

  private void stroke(double x1, double y1, double x2, double y2, Look look, int width) {
    line(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\"%s/>"
            .formatted(at(x1), at(y1), at(x2), at(y2), look.colour(), width, dashed(look)));
  }

  private void mark(double x, double y, Look look, String says) {
    String shape =
        switch (look.mark()) {
          case "square" -> polygon(x, y, -0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9);
          case "triangle" -> polygon(x, y, 0, -1.2, 1.1, 0.9, -1.1, 0.9);
          case "down" -> polygon(x, y, 0, 1.2, 1.1, -0.9, -1.1, -0.9);
          case "diamond" -> polygon(x, y, 0, -1.3, 1.3, 0, 0, 1.3, -1.3, 0);
          case "cross" -> polygon(x, y, CROSS);
          default -> "circle cx=\"%s\" cy=\"%s\" r=\"%s\"".formatted(at(x), at(y), at(MARK));
        };
    filled(shape, look, says);
  }

  private void bar(double x, double y, double width, double height, Look look, String says) {
    filled(
        "rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
            .formatted(at(x), at(y), at(width), at(height)),
        look,
        says);
  }

  private void filled(String shape, Look look, String says) {
    line(
        "<%s fill=\"%s\" stroke=\"%s\" stroke-width=\"1.3\"><title>%s</title></%s>"
            .formatted(
                shape,
                look.hollow() ? "white" : look.colour(),
                look.colour(),
                escaped(says),
                shape.substring(0, shape.indexOf(' '))));
  }

  /** Corners in pairs, in units of a mark. */
  private static String polygon(double x, double y, double... corners) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < corners.length; i += 2) {
      points
          .append(i == 0 ? "" : " ")
          .append(at(x + corners[i] * MARK))
          .append(',')
          .append(at(y + corners[i + 1] * MARK));
    }
    return "polygon points=\"" + points + "\"";
  }

  /** Nothing to see, but a pointer finds it. */
  private void area(double x, double y, String says) {
    line(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" fill=\"white\" fill-opacity=\"0\"><title>%s</title></circle>"
            .formatted(at(x), at(y), at(MARK), escaped(says)));
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
