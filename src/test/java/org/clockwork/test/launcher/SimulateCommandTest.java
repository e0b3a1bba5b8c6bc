package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.clockwork.launcher.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code ./clockwork simulate}: experiments for people, scripts and papers. */
class SimulateCommandTest {
  private static final List<String> LITTLE = List.of("E7", "--extent=0.01", "--only=load_factor=2");

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void theTableSaysTheGroundTheSeedAndTheCommandThatRepeatsIt() {
    assertEquals(0, execute(LITTLE, "--seed=7"), err::toString);
    String said = out.toString();
    assertTrue(said.contains("legs of 0.2 ms each way"), said);
    assertTrue(
        said.contains(
            "seed 7; again: ./clockwork simulate E7 --policy default,infer5 --seed 7"
                + " --only load_factor=2 --extent 0.01"),
        said);
    assertTrue(said.lines().anyMatch(line -> line.matches("default +2 .*")), said);
    assertTrue(said.lines().anyMatch(line -> line.matches("infer5 +2 .*")), said);
    assertTrue(said.contains("not held against targets"), said);
  }

  @Test
  void jsonAloneOnStandardOutputHasTheDocumentedShape() {
    assertEquals(0, execute(LITTLE, "--json=-", "--policy=default"), err::toString);
    JsonObject result = new JsonObject(out.toString());
    assertEquals(List.of("experiment", "seed", "extent", "rows"), List.copyOf(result.fieldNames()));
    assertEquals("E7", result.getString("experiment"));
    assertEquals(1, result.getLong("seed"));
    assertEquals(0.01, result.getDouble("extent"));
    JsonArray rows = result.getJsonArray("rows");
    assertEquals(1, rows.size());
    JsonObject row = rows.getJsonObject(0);
    assertEquals(
        List.of(
            "policy",
            "load_factor",
            "goodput_per_s",
            "met_fraction",
            "p50_ms",
            "p99_ms",
            "max_ms",
            "refusal_p50_ms",
            "late_accepted",
            "cold_fraction",
            "simulated_s",
            "scheduler_cpu_s",
            "promises_kept_fraction",
            "promise_slack_p50_ms",
            "retry_success_fraction",
            "retry_half_hint_success_fraction"),
        List.copyOf(row.fieldNames()));
    assertEquals(2, row.getDouble("load_factor"));
    assertTrue(row.getDouble("goodput_per_s") > 100, row::encode);
  }

  @Test
  void whatWasNotObservedIsNullInJsonAndEmptyInCsv() throws Exception {
    Path csv = folder.resolve("wide.csv");
    assertEquals(
        0,
        execute(
            List.of("E1", "--extent=0.01", "--only=slo_ms=500", "--policy=default"),
            "--json=-",
            "--csv=" + csv),
        err::toString);
    JsonObject row = new JsonObject(out.toString()).getJsonArray("rows").getJsonObject(0);
    assertTrue(row.containsKey("refusal_p50_ms"));
    assertEquals(null, row.getValue("refusal_p50_ms"));
    List<String> lines = Files.readString(csv).lines().toList();
    List<String> names = List.of(lines.getFirst().split(",", -1));
    List<String> values = List.of(lines.getLast().split(",", -1));
    assertEquals(2, lines.size());
    assertEquals(names.size(), values.size());
    assertEquals("", values.get(names.indexOf("refusal_p50_ms")));
    assertEquals("E1", values.get(names.indexOf("experiment")));
    assertEquals(
        row.getDouble("goodput_per_s"),
        Double.parseDouble(values.get(names.indexOf("goodput_per_s"))));
  }

  @Test
  void severalResultsAreAListAndAFileEach() throws Exception {
    Path json = folder.resolve("new/results.json");
    assertEquals(
        0,
        execute(
            LITTLE,
            "--seeds=2",
            "--policy=infer5",
            "--json=" + json,
            "--csv=" + folder.resolve("csv"),
            "--plot=" + folder.resolve("plots")),
        err::toString);
    JsonArray results = new JsonArray(Files.readString(json));
    assertEquals(2, results.size());
    assertEquals(2, results.getJsonObject(1).getLong("seed"));
    assertTrue(Files.exists(folder.resolve("csv/E7-seed1.csv")));
    assertTrue(Files.exists(folder.resolve("csv/E7-seed2.csv")));
    String svg = Files.readString(folder.resolve("plots/E7.svg"));
    assertTrue(svg.contains("infer5: 2, ") && svg.contains("paper: Clockwork: 2, 781.8200"), svg);
  }

  @Test
  void theReportIsAPageWithItsPictures() throws Exception {
    Path page = folder.resolve("docs/figures.md");
    List<String> words = new ArrayList<>(List.of("report"));
    words.addAll(LITTLE);
    assertEquals(0, execute(words, "--seeds=2", "--out=" + page), err::toString);
    String text = Files.readString(page);
    assertTrue(text.startsWith("# Experiments\n"), text);
    assertTrue(text.contains("![E7](figures/E7.svg)"), text);
    assertTrue(text.contains("--seed 1,2 --only load_factor=2 --extent 0.01 --out " + page), text);
    assertTrue(Files.readString(folder.resolve("docs/figures/E7.svg")).startsWith("<svg"));
  }

  @Test
  void aReportOfPartsIsThatOfTheWhole() throws Exception {
    List<String> e7 = List.of("E7", "--extent=0.01");
    List<String> parts = new ArrayList<>();
    for (String part : List.of("--policy=infer5", "--policy=default")) {
      for (String points : List.of("--only=load_factor=8", "--only=load_factor=1")) {
        Path json = folder.resolve("part%d.json".formatted(parts.size()));
        assertEquals(0, execute(e7, "--seeds=2", part, points, "--json=" + json), err::toString);
        parts.add(json.toString());
      }
    }
    Path merged = folder.resolve("merged.md");
    assertEquals(
        0,
        execute(List.of("report", "--from", String.join(",", parts)), "--out=" + merged),
        err::toString);
    String page = Files.readString(merged);
    assertTrue(page.contains("2 points, seeds 1, 2; again:"), page);
    assertTrue(page.contains("| beside | points |"), page);
    List<String> rows =
        page.lines().filter(line -> line.matches("\\| (default|infer5) .*")).toList();
    assertEquals(
        List.of("infer5 | 1", "infer5 | 8", "default | 1", "default | 8"),
        rows.stream().map(row -> row.substring(2).replaceAll("( \\| [0-9]) .*", "$1")).toList());
    // The same point twice would count twice.
    assertEquals(
        2,
        execute(
            List.of("report", "--from", parts.getFirst() + "," + parts.getFirst()),
            "--out=" + merged));
    assertTrue(
        err.toString().contains("E7 has policy infer5 with seed 1 twice at load_factor=8"),
        err.toString());
  }

  @Test
  void aFileThatHoldsNoResultsIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("f.json"), "{\"experiment\": \"E7\"}");
    for (String text : List.of("{\"experiment\": \"E7\"}", "[3]", "E7", "{\"extent\": 1}", "[]")) {
      Files.writeString(file, text);
      assertEquals(2, execute(List.of("report", "--from=" + file, "--out=" + folder + "/p.md")));
      assertTrue(err.toString().contains("--from " + file + ": "), err.toString());
      err.getBuffer().setLength(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "E9 | there is no experiment 'E9'; there are E1, E2, E3, E4, E5, E6, E7, and all",
        "E1,nine | there is no experiment 'nine'",
        "`` | which experiment? there are E1",
        "E7 --policy=default,best | --policy best: there are default, ",
        "E7 --seeds=0 | --seeds 0: expected a whole number from 1 to 1000",
        "E7 --seeds=2 --seed=1,2 | give either how many, or which",
        "E7 --seed=x | 'x' is not a long",
        "E7 --extent=2 | --extent 2.0: an extent is a number above 0 and at most 1, got 2.0",
        "E7 --only=load_factor=3 | --only load_factor=3: values of load_factor are 1, 2, 4, 8",
        "E7 --only=slo=3 | --only slo=3: expected PARAMETER=VALUE; what varies here is: load_factor",
        "E7,E1 --csv=one.csv | 2 tables don't fit one file",
        "report --from=nothing.json --out=page.md | --from nothing.json can't be read",
        "report --from=x.json --seeds=2 --out=page.md | --from and --seeds: what the files hold",
        "report E7 --out=page.html | --out page.html: expected the name of a page",
      })
  void wrongInputIsNamedWithWhatThereIs(String words, String message) {
    assertEquals(2, execute(words.isEmpty() ? List.of() : List.of(words.split(" ", -1))));
    assertTrue(err.toString().contains(message), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void aFileThatCantBeWrittenIsFoundBeforeAnythingIsSimulated() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(2, execute(List.of("all"), "--plot=" + file.resolve("in")));
    assertTrue(
        err.toString().contains("--plot: the folder " + file + "/in can't be made"), err::toString);
    assertEquals(2, execute(List.of("all"), "--json=" + folder));
    assertTrue(
        err.toString().contains("--json " + folder + " is a folder; name a file"), err::toString);
  }

  private int execute(List<String> words, String... options) {
    List<String> all = new ArrayList<>(List.of("simulate"));
    all.addAll(words);
    all.addAll(List.of(options));
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = commandLine.execute(all.toArray(String[]::new));
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return code;
  }
}
