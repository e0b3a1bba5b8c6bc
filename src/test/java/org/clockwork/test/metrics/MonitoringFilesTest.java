package org.clockwork.test.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard, the alerts and the page about metrics speak of figures that there are. */
class MonitoringFilesTest {
  private static final Path DOCS = Path.of(System.getProperty("clockwork.root"), "docs");
  private static final Pattern NAME = Pattern.compile("\\b(?:nv_inference|clockwork)_[a-z_]+\\b");

  @Test
  void theDashboardAsksForFiguresThatThereAre() throws IOException {
    List<String> questions = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Object each : dashboard().getJsonArray("panels")) {
      JsonObject panel = (JsonObject) each;
      assertTrue(ids.add(panel.getInteger("id").toString()), "panel ids differ");
      JsonArray targets = panel.getJsonArray("targets");
      assertFalse(targets.isEmpty(), panel::encode);
      for (Object target : targets) {
        questions.add(((JsonObject) target).getString("expr"));
      }
    }
    assertEquals(Set.of(), unknown(String.join("\n", questions)));
  }

  @Test
  void theDashboardsPanelsDoNotOverlap() throws IOException {
    Set<String> places = new HashSet<>();
    for (Object each : dashboard().getJsonArray("panels")) {
      JsonObject at = ((JsonObject) each).getJsonObject("gridPos");
      assertTrue(at.getInteger("x") + at.getInteger("w") <= 24, at::encode);
      assertTrue(places.add(at.getInteger("x") + "," + at.getInteger("y")), at::encode);
    }
  }

  @Test
  void theAlertsAskForFiguresThatThereAre() throws IOException {
    assertEquals(Set.of(), unknown(Files.readString(DOCS.resolve("monitoring/alerts.yml"))));
  }

  @Test
  void thePageNamesEveryFigureAndNoOther() throws IOException {
    String page = Files.readString(DOCS.resolve("metrics.md"));
    assertEquals(Set.of(), unknown(page.replace("…_infer_…", "").replace("…_output_…", "")));
    Set<String> missing = new TreeSet<>(families());
    missing.removeIf(page::contains);
    // Written as one with their like.
    missing.remove("nv_inference_compute_infer_duration_us");
    missing.remove("nv_inference_compute_output_duration_us");
    assertEquals(Set.of(), missing);
  }

  private static JsonObject dashboard() throws IOException {
    return new JsonObject(Files.readString(DOCS.resolve("monitoring/grafana.json")));
  }

  private static Set<String> unknown(String text) {
    Set<String> known = families();
    Set<String> unknown = new TreeSet<>();
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      String name = names.group().replaceFirst("_(bucket|count|sum)$", "");
      if (!known.contains(name) && !known.contains(names.group())) {
        unknown.add(names.group());
      }
    }
    return unknown;
  }

  /** Names with a TYPE line, but for the maxima that Micrometer adds to each timer. */
  private static Set<String> families() {
    return SchedulerMetricsTest.scrapeWithEveryName()
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        .filter(name -> !name.endsWith("_max"))
        .collect(Collectors.toSet());
  }
}
