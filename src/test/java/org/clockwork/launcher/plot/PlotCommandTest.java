package org.clockwork.launcher.plot;

import static org.clockwork.launcher.plot.WrittenLogs.MILLIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.launcher.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import picocli.CommandLine;

/** {@code ./clockwork plot}, as it is typed. */
class PlotCommandTest {
  private static final Map<String, List<String>> SERIES =
      Map.of(
          "latency.svg", List.of("p50", "p99", "max", "objective"),
          "goodput.svg", List.of("offered", "goodput", "refused", "all answered in time"),
          "cdf.svg", List.of("all that succeeded", "cold: waited for a LOAD", "99.99"),
          "batches.svg", List.of("share of INFERs", "mean batch", "LOADs"),
          "prediction-errors.svg", List.of("early: sooner or shorter", "late: later or longer"));

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void fivePicturesAreDrawnBesideTheLogsAndTheFiguresAreSaid() throws Exception {
    write();
    assertEquals(0, execute("plot", folder.toString()), err::toString);
    assertPictures(folder);
    assertTrue(out.toString().startsWith("Requests  offered=1000 ("), out.toString());
    assertTrue(out.toString().contains("Predicted LOAD duration    early p50="), out.toString());
    assertTrue(
        out.toString().contains("Drawn     " + folder.resolve("latency.svg")), out.toString());
  }

  @Test
  void theFolderForThePicturesIsMade() throws Exception {
    write();
    Path pictures = folder.resolve("a/b");
    assertEquals(0, execute("plot", folder.toString(), "--out=" + pictures), err::toString);
    assertPictures(pictures);
    assertFalse(Files.exists(folder.resolve("latency.svg")));
  }

  @Test
  void whatIsWrongIsSaidInASentenceWithExitCode2() throws Exception {
    assertWrong("there is no folder nowhere", "plot", "nowhere");
    assertWrong("there is no clockwork_request_log.tsv in", "plot", folder.toString());
    assertWrong("Missing required parameter: 'LOGDIR'", "plot");
    write();
    assertWrong(
        "can't be made",
        "plot",
        folder.toString(),
        "--out=" + folder.resolve("clockwork_action_log.tsv"));
    Files.writeString(
        folder.resolve("clockwork_action_log.tsv"), "garbled\n", StandardOpenOption.APPEND);
    assertWrong(
        "clockwork_action_log.tsv:502: 1 fields instead of the 23 that line 1 names",
        "plot",
        folder.toString());
  }

  private void write() {
    List<Telemetry> all = new ArrayList<>(WrittenLogs.requests(1, 1_000, MILLIS));
    all.addAll(WrittenLogs.actions(2, 500, MILLIS));
    WrittenLogs.write(folder, all);
  }

  private static void assertPictures(Path pictures) throws Exception {
    for (var expected : SERIES.entrySet()) {
      Document svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(pictures.resolve(expected.getKey()).toFile());
      NodeList texts = svg.getElementsByTagName("text");
      List<String> words = new ArrayList<>();
      for (int i = 0; i < texts.getLength(); i++) {
        words.add(texts.item(i).getTextContent());
      }
      assertTrue(words.containsAll(expected.getValue()), words::toString);
      String text = Files.readString(pictures.resolve(expected.getKey()));
      assertFalse(text.contains("NaN") || text.contains("Infinity"), expected.getKey());
    }
  }

  private void assertWrong(String says, String... arguments) {
    err.getBuffer().setLength(0);
    assertEquals(2, execute(arguments), err::toString);
    assertTrue(err.toString().contains(says), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }
}
