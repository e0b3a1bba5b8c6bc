package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
      new Series(
          "default & <late>",
          false,
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

  private static Document drawn(Panel... panels) throws Exception {
    String text = Svg.of("a & b", List.of(panels));
    assertTrue(!text.contains("NaN") && !text.contains("Infinity"), text);
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
