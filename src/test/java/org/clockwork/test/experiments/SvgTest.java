package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.clockwork.experiments.plot.Axis;
import org.clockwork.experiments.plot.Panel;
import org.clockwork.experiments.plot.Series;
import org.clockwork.experiments.plot.Svg;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Pictures are XML, with every point where its figures say. */
class SvgTest {
  private static final Series MEASURED =
      Series.line(
          "default & <late>",
          List.of(new Series.Point(10, 100, 90, 120), new Series.Point(100, 200, 200, 200)));

  @Test
  void everyPointIsThereAndSaysItsFigures() throws Exception {
    Document svg =
        drawn(
            new Panel(
                "title",
                Axis.log("ms", 10, 100),
                Axis.linear("per second"),
                List.of(MEASURED, Series.published("paper", 10, 50))));
    List<String> says = new ArrayList<>();
    for (Element circle : elements(svg, "circle")) {
      says.addAll(elements(circle, "title").stream().map(Element::getTextContent).toList());
    }
    assertTrue(
        says.containsAll(
            List.of(
                "default & <late>: 10, 100.0000",
                "default & <late>: 100, 200.0000",
                "paper: 10, 50.00000")),
        says::toString);
  }

  @Test
  void onALogarithmicAxisEqualFactorsAreEquallyFarApart() throws Exception {
    Document svg =
        drawn(
            new Panel(
                "title",
                Axis.log("ms", 1, 10, 100),
                Axis.linear("per second"),
                List.of(Series.published("paper", 1, 1, 10, 2, 100, 3))));
    List<Element> circles = elements(svg, "circle");
    double first = number(circles.get(1), "cx") - number(circles.get(0), "cx");
    double second = number(circles.get(2), "cx") - number(circles.get(1), "cx");
    assertEquals(first, second, 0.2);
    double up = number(circles.get(0), "cy") - number(circles.get(1), "cy");
    assertEquals(up, number(circles.get(1), "cy") - number(circles.get(2), "cy"), 0.2);
    assertTrue(first > 0 && up > 0, first + " " + up);
  }

  @Test
  void aSeriesInTwoPanelsHasOneColourAndOneEntryInTheLegend() throws Exception {
    Panel panel =
        new Panel("title", Axis.linear("ms"), Axis.linear("per second"), List.of(MEASURED));
    Document svg = drawn(panel, panel);
    assertEquals(
        1,
        elements(svg, "polyline").stream()
            .map(line -> line.getAttribute("stroke"))
            .distinct()
            .count());
    assertEquals(
        1,
        elements(svg, "text").stream()
            .filter(text -> text.getTextContent().equals("default & <late>"))
            .count());
  }

  @Test
  void whatASingleValueOrNoneIsDrawnOfIsStillAPicture() throws Exception {
    assertEquals(
        2,
        elements(
                drawn(
                    new Panel(
                        "one",
                        Axis.linear("x"),
                        Axis.linear("y"),
                        List.of(Series.published("paper", 0, 0))),
                    new Panel("none", Axis.linear("x"), Axis.linear("y"), List.of())),
                "circle")
            .size(),
        "the point, and its mark in the legend");
  }

  @Test
  void seriesAreToldApartWithoutColours() throws Exception {
    List<Series> series = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      series.add(Series.line(name, List.of(Series.Point.of(0, 1), Series.Point.of(1, 2))));
    }
    Document svg = drawn(new Panel("title", Axis.linear("x"), Axis.linear("y"), series));
    assertEquals(
        6,
        elements(svg, "polyline").stream()
            .map(line -> line.getAttribute("stroke-dasharray"))
            .distinct()
            .count());
    // A mark's shape: in which direction from its first corner the others are.
    Set<String> shapes = new HashSet<>();
    for (Element polygon : elements(svg, "polygon")) {
      String[] corners = polygon.getAttribute("points").split("[ ,]", -1);
      StringBuilder shape = new StringBuilder();
      for (int i = 2; i < corners.length; i++) {
        double first = Double.parseDouble(corners[i % 2]);
        shape.append(Long.signum(Math.round(Double.parseDouble(corners[i]) - first))).append(' ');
      }
      shapes.add(shape.toString());
    }
    assertEquals(5, shapes.size(), "beside the circle: " + shapes);
  }

  @Test
  void aLineHasAGapWhereThereIsNoValueAndAPointAloneIsSeen() throws Exception {
    Document svg =
        drawn(
            new Panel(
                "title",
                Axis.linear("x"),
                Axis.linear("y"),
                List.of(
                    Series.line(
                        "a",
                        List.of(
                            Series.Point.of(0, 1),
                            Series.Point.of(1, 2),
                            Series.Point.of(2, Double.NaN),
                            Series.Point.of(3, 2),
                            Series.Point.of(4, Double.NaN),
                            Series.Point.of(5, 3),
                            Series.Point.of(6, 3))))));
    List<Integer> runs =
        elements(svg, "polyline").stream()
            .map(line -> line.getAttribute("points").split(" ", -1).length)
            .toList();
    assertEquals(List.of(2, 1, 2), runs);
    assertTrue(
        elements(svg, "title").stream().anyMatch(t -> t.getTextContent().equals("a: 3, 2.000000")));
  }

  @Test
  void onATailsAxisEachNineTakesAsMuchRoom() throws Exception {
    Document svg =
        drawn(
            new Panel(
                "title",
                Axis.log("ms"),
                Axis.tail("%"),
                List.of(Series.published("paper", 1, 0, 2, 90, 3, 99, 4, 99.9))));
    List<Element> points = elements(svg, "circle");
    double nine = number(points.get(0), "cy") - number(points.get(1), "cy");
    assertTrue(nine > 20, "room: " + nine);
    assertEquals(nine, number(points.get(1), "cy") - number(points.get(2), "cy"), 0.2);
    assertEquals(nine, number(points.get(2), "cy") - number(points.get(3), "cy"), 0.2);
    assertTrue(
        elements(svg, "text").stream().anyMatch(text -> text.getTextContent().equals("99.99")));
  }

  @Test
  void barsStandBesideEachOtherAndTheirHeightsCompare() throws Exception {
    Document svg =
        drawn(
            new Panel(
                "title",
                Axis.words("size", List.of("1", "2")),
                Axis.linear("%"),
                List.of(bars("a", 10, 20), bars("b", 30, 40))));
    List<Element> bars =
        elements(svg, "rect").stream()
            .filter(rect -> !elements(rect, "title").isEmpty())
            .filter(rect -> elements(rect, "title").getFirst().getTextContent().contains(":"))
            .toList();
    assertEquals(4, bars.size());
    for (int i = 1; i < 4; i++) {
      assertEquals((i + 1) * number(bars.getFirst(), "height"), number(bars.get(i), "height"), 0.5);
    }
    double firstEnds = number(bars.get(0), "x") + number(bars.get(0), "width");
    assertEquals(firstEnds, number(bars.get(2), "x"), 0.2);
    assertTrue(number(bars.get(1), "x") > number(bars.get(2), "x") + number(bars.get(2), "width"));
  }

  @Test
  void legendsStandBelowWhatIsDrawnWhetherCommonOrOfEachPanel() throws Exception {
    List<Panel> panels = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      panels.add(
          new Panel(
              "title",
              Axis.linear("x"),
              Axis.linear("y"),
              List.of(Series.line("name of " + i, List.of(Series.Point.of(0, 1))))));
    }
    Document common = parsed(Svg.of("title", panels));
    double lowest =
        frames(common).stream()
            .mapToDouble(f -> number(f, "y") + number(f, "height"))
            .max()
            .orElse(0);
    for (int i = 0; i < 4; i++) {
      assertTrue(number(name(common, i), "y") > lowest);
    }
    Document each = parsed(Svg.eachWithLegend("title", panels));
    for (int i = 0; i < 4; i++) {
      double y = number(name(each, i), "y");
      double x = number(name(each, i), "x");
      for (Element frame : frames(each)) {
        boolean beside = x < number(frame, "x") || x > number(frame, "x") + number(frame, "width");
        boolean outside =
            y - 12 > number(frame, "y") + number(frame, "height") || y < number(frame, "y");
        assertTrue(beside || outside, "the name of " + i + " at " + x + ", " + y);
      }
      assertTrue(y < number(each.getDocumentElement(), "height"));
    }
    assertEquals(
        1,
        elements(each, "circle").stream().map(c -> c.getAttribute("fill")).distinct().count(),
        "each begins with the first colour");
  }

  private static Series bars(String name, double first, double second) {
    return new Series(
        name, Series.Form.BARS, List.of(Series.Point.of(0, first), Series.Point.of(1, second)));
  }

  private static Element name(Document svg, int number) {
    return elements(svg, "text").stream()
        .filter(text -> text.getTextContent().equals("name of " + number))
        .findFirst()
        .orElseThrow();
  }

  private static List<Element> frames(Document svg) {
    return elements(svg, "rect").stream()
        .filter(rect -> rect.getAttribute("fill").equals("none"))
        .toList();
  }

  private static Document drawn(Panel... panels) throws Exception {
    String text = Svg.of("a & b", List.of(panels));
    assertTrue(!text.contains("NaN") && !text.contains("Infinity"), text);
    return parsed(text);
  }

  private static Document parsed(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> elements(Document document, String name) {
    return list(document.getElementsByTagName(name));
  }

  private static List<Element> elements(Element element, String name) {
    return list(element.getElementsByTagName(name));
  }

  private static List<Element> list(NodeList nodes) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
