package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.clockwork.launcher.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code ./clockwork plan} and {@code ./clockwork simulate FILE.json}, as they are typed. */
class PlanCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aPlanSaysHowManyGpusAreNeededAndWhatWouldChangeThat() {
    assertEquals(
        0,
        execute(
            "plan", "--models=resnet18_v2:4", "--rate=2000", "--slo=40", "--seconds=2", "--json=-"),
        err::toString);
    JsonObject plan = new JsonObject(out.toString());
    int gpus = plan.getInteger("gpus");
    assertTrue(err.toString().contains("\n" + gpus + " GPU"), err.toString());
    assertEquals(gpus, plan.getJsonObject("at").getInteger("gpus"));
    assertTrue(plan.getJsonObject("at").getDouble("met_fraction") >= 0.999);
    assertTrue(plan.getJsonObject("one_fewer").getDouble("met_fraction") < 0.999);
    assertNull(plan.getValue("reason", "there"));
    JsonArray sensitivity = plan.getJsonArray("sensitivity");
    assertEquals(
        List.of("rate -25 %", "rate -10 %", "rate +10 %", "rate +25 %", "slo / 2", "slo x 2"),
        sensitivity.stream().map(row -> ((JsonObject) row).getString("change")).toList());
    assertEquals(1500, sensitivity.getJsonObject(0).getDouble("rate_per_s"));
    assertEquals(20, sensitivity.getJsonObject(4).getDouble("slo_ms"));
    assertTrue(sensitivity.getJsonObject(4).getInteger("gpus") >= gpus);
  }

  @Test
  void whereNoNumberIsEnoughTheAnswerIsNoAndSaysWhy() {
    assertEquals(
        1,
        execute(
            "plan",
            "--models=resnet50_v2",
            "--rate=10",
            "--slo=1.3",
            "--max-gpus=1",
            "--seconds=1"));
    assertTrue(
        out.toString().contains("No number of GPUs is enough: a GPU that does"), out.toString());
    assertEquals(
        1,
        execute(
            "plan",
            "--models=resnet50_v2",
            "--rate=2000",
            "--slo=50",
            "--max-gpus=1",
            "--seconds=1"));
    assertTrue(out.toString().contains("Not even 1 GPU(s) would do: of "), out.toString());
    assertTrue(
        out.toString().contains("cause queue (the work in front of it leaves no time)"),
        out.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--models=resnet18 | no model of the zoo is called 'resnet18'; near it: mobile_pose_resnet18_v1",
        "--models=rsnet18_v2 | near it: resnet18_v2",
        "--models=bert | there are 64, such as resnet50_v2",
        "--models=googlenet:x | 'x' is no number of copies",
        "--models=googlenet,googlenet | named twice; say it with copies",
        "--models=googlenet:9999,xception:9999 | 19998 copies in all; a controller serves at most 10000",
        "--rate=0 | --rate 0: expected a number from 0.001 to 1000000",
        "--slo=-5 | --slo -5: expected a number from 0.001 to 3600000",
        "--met=99.9 | --met 99.9: expected a fraction above 0 and at most 1, such as 0.999",
        "--arrivals=even | --arrivals even: expected poisson or bursty",
        "--policy=best | --policy best: there are ",
        "--policy=echo | to play a load under",
        "--max-gpus=0 | --max-gpus 0: expected a number from 1 to 4096",
        "--pages=0 | --pages 0: expected a number from 1 to 1000000",
        "--seconds=0.5 | --seconds 0.5: expected a number from 1 to 3600",
        "--rate=many | Invalid value for option '--rate': 'many' is not a double",
      })
  void wrongInputIsNamedWithWhatIsExpected(String option, String message) {
    List<String> words = new ArrayList<>(List.of("plan"));
    for (String usual : List.of("--models=googlenet", "--rate=100", "--slo=100")) {
      if (!option.startsWith(usual.substring(0, usual.indexOf('=') + 1))) {
        words.add(usual);
      }
    }
    words.add(option);
    assertEquals(2, execute(words.toArray(String[]::new)));
    assertTrue(err.toString().contains(message), err.toString());
  }

  @Test
  void aScenarioIsPlayedUnderEachPolicyAndWritesTheSharedShape() throws Exception {
    Path scenario =
        Files.writeString(
            folder.resolve("s.json"),
            """
            {"models": [{"name": "resnet18_v2"}], "gpus": [{}],
             "parties": [
               {"name": "a", "workload": ["poisson-open-loop", "1", "50"], "model": "resnet18_v2"},
               {"name": "b", "streams": [{"arrivals": {"kind": "closed", "concurrency": 2}}]}
             ],
             "seconds": 1}
            """);
    assertEquals(
        0,
        execute("simulate", scenario.toString(), "--policy=default,infer5", "--json=-"),
        err::toString);
    JsonObject result = new JsonObject(out.toString());
    List<JsonObject> rows =
        result.getJsonArray("rows").stream().map(JsonObject.class::cast).toList();
    assertEquals(
        List.of("default a", "default b", "default all", "infer5 a", "infer5 b", "infer5 all"),
        rows.stream().map(row -> row.getString("policy") + " " + row.getString("party")).toList());
    assertTrue(
        rows.getFirst()
            .fieldNames()
            .containsAll(
                Set.of(
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
                    "promise_slack_p50_ms")),
        rows.getFirst()::encode);
    assertEquals(1.0, rows.get(2).getDouble("met_fraction"));
  }

  @Test
  void whatWasNotObservedIsADash() throws Exception {
    Path scenario =
        Files.writeString(
            folder.resolve("late.json"),
            """
            {"models": [{"name": "resnet18_v2"}], "gpus": [{}],
             "parties": [{"name": "late", "streams": [{"arrivals": {"kind": "fixed", "per_second": 5}}]}],
             "faults": [{"at_s": 0.1, "worker": 0, "what": "crash"}],
             "warmup_s": 1, "seconds": 1}
            """);
    assertEquals(0, execute("simulate", scenario.toString(), "--policy=default"), err::toString);
    assertTrue(
        out.toString().lines().anyMatch(line -> line.matches("default +late .* - +- +- +-? .* -")),
        out::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s.json,E1 | got 2 names and 1 seeds",
        "s.json --seed=1,2 | got 1 names and 2 seeds",
        "s.json --extent=0.5 --csv=x | got --extent, --csv",
      })
  void aScenarioIsPlayedAlone(String words, String message) {
    List<String> all = new ArrayList<>(List.of("simulate"));
    all.addAll(List.of(words.split(" ")));
    assertEquals(2, execute(all.toArray(String[]::new)));
    assertTrue(err.toString().contains(message), err.toString());
  }

  @Test
  void aScenarioThatCantBeUsedIsToldWithItsLine() throws Exception {
    Path scenario = Files.writeString(folder.resolve("s.json"), "{\n  \"gpu\": 3\n}");
    assertEquals(2, execute("simulate", scenario.toString()));
    assertTrue(
        err.toString().contains(scenario + ":2:3: unknown key 'gpu'; did you mean 'gpus'?"),
        err.toString());
    assertEquals(2, execute("simulate", scenario.toString(), "--policy=echo"));
    assertTrue(err.toString().contains("--policy echo: there are "), err.toString());
  }

  private int execute(String... words) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = commandLine.execute(words);
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return code;
  }
}
