package org.clockwork.launcher.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.Offer;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What a client saw, as it is drawn. */
class ClientPlotTest {
  private static final long START = 900_000_000_000L;
  private static final long MILLIS = 1_000_000;

  private final ClientPlot plot = new ClientPlot("made <up>");

  @Test
  void latencyCountsFromWhenARequestWasDueAndLateAnswersAreNoGoodput() throws Exception {
    plot.started(START);
    // Four requests in each of two seconds: three in time at 10 ms, and one late or refused.
    for (int i = 0; i <= 8; i++) {
      long dueMillis = 250L * i;
      Offer offer = offer(i, dueMillis);
      plot.sent(offer);
      if (i == 5) {
        plot.refused(offer);
      } else {
        long tookMillis = i == 2 ? 70 : 10;
        plot.succeeded(
            offer, new Ending.Succeeded(true, false), START + (dueMillis + tookMillis) * MILLIS);
      }
    }
    List<String> says = titles(plot.svg());
    assertTrue(says.contains("Workload made <up>, as its client saw it"), says::toString);
    assertPoints(says, "offered: 0.5, 4.000000", "offered: 1.5, 4.000000");
    assertPoints(says, "goodput: 0.5, 3.000000", "goodput: 1.5, 3.000000");
    assertPoints(says, "refused: 0.5, 0.000000", "refused: 1.5, 1.000000");
    // Of slots, latency is good to a hundredth.
    assertTrue(says.stream().anyMatch(line -> line.startsWith("max: 0.5, 70.")), says::toString);
    assertTrue(says.stream().anyMatch(line -> line.startsWith("p50: 0.5, 10.0")), says::toString);
  }

  @Test
  void whereNothingWasOfferedThePictureSaysSo() throws Exception {
    assertTrue(plot.svg().contains("nothing was observed"));
    assertEquals(1, titles(plot.svg()).size());
  }

  private static Offer offer(int number, long dueMillis) {
    return new Offer(
        number,
        0,
        "m",
        Objective.ofNanos(50 * MILLIS),
        "default",
        0,
        true,
        START + dueMillis * MILLIS);
  }

  private static void assertPoints(List<String> says, String... points) {
    assertTrue(says.containsAll(List.of(points)), says::toString);
  }

  private static List<String> titles(String svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    NodeList titles = document.getElementsByTagName("title");
    List<String> says = new ArrayList<>();
    for (int i = 0; i < titles.getLength(); i++) {
      says.add(titles.item(i).getTextContent());
    }
    return says;
  }
}
