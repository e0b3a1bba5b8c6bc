package org.clockwork.test.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.experiments.Fault;
import org.clockwork.experiments.Figures;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.scenario.ScenarioException;
import org.clockwork.experiments.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A scenario is one file: what it says is simulated, and whatever is wrong in it is told at once.
 */
class ScenarioFileTest {
  @TempDir Path folder;

  static Stream<Path> examples() throws Exception {
    Path folder = Path.of(System.getProperty("clockwork.root"), "docs", "scenarios");
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      assertTrue(all.size() >= 2, all::toString);
      return all.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsServed(Path example) throws Exception {
    Setting setting = ScenarioFile.read(example);
    Figures figures = Trial.run(setting, Policies.named(Policies.DEFAULT), 1);
    assertEquals(setting.parties().size(), figures.last().parties().size());
    figures
        .last()
        .parties()
        .forEach(
            (party, account) -> {
              assertTrue(account.offered() > 500, () -> party + " offers " + account.offered());
              long limited = account.refusedByCause().getOrDefault(RefusalCause.TENANT_LIMIT, 0L);
              assertTrue(
                  account.met() > 0.97 * (account.offered() - limited),
                  () -> party + ": " + account.metFraction() + ", beyond its share " + limited);
              assertEquals(0, account.unanswered(), party);
            });
  }

  @Test
  void whatItSaysIsWhatIsSimulated() throws Exception {
    Setting setting =
        read(
            """
            {
              "models": [
                {"name": "own", "copies": 3, "pages": 7, "load_ms": 2.5, "exec_ms": {"1": 3, "8": 9.5}},
                {"name": "googlenet"}
              ],
              "gpus": [
                {"machines": 2, "gpus": 3, "pages": 50},
                {"models": ["own"]}
              ],
              "parties": [
                {"name": "a", "streams": [
                  {"models": ["own"], "arrivals": {"kind": "closed", "concurrency": 2}},
                  {"models": ["own#2"], "arrivals": {"kind": "fixed", "per_second": 10}, "tenant": "t", "priority": 3}
                ]}
              ],
              "tenant_weights": {"t": 2.5},
              "network": {"detection_ms": 40, "link_bytes_per_second": 1000},
              "exec_noise": 0.25,
              "faults": [{"at_s": 1.5, "worker": 2, "what": "drain", "grace_ms": 20}],
              "warmup_s": 0.5,
              "seconds": 4
            }
            """);
    assertEquals(7, setting.gpus());
    assertEquals(
        List.of(50, 50, Setting.PAGES),
        setting.machines().stream().map(each -> each.gpus().getFirst().pages()).toList());
    assertEquals(2, setting.machines().getFirst().sources().size());
    Measured own = (Measured) setting.machines().getLast().sources().getFirst();
    assertEquals("own", own.name());
    assertEquals(7L * DeviceSpec.PAGE_BYTES, own.spec().weightsBytes());
    assertEquals(2_500_000, own.profile().loadNanos());
    assertEquals("{1=3000000, 8=9500000}", own.profile().execNanos().toString());
    Setting.Party party = setting.parties().getFirst();
    assertEquals(List.of(new Copies("own", 3)), party.workload().models());
    assertEquals(
        List.of("own", "own#2", "own#3", "own#2"),
        party.workload().streams().stream().map(stream -> stream.models().getFirst()).toList());
    assertEquals(
        List.of("default 0", "default 0", "default 0", "t 3"),
        party.workload().streams().stream()
            .map(stream -> stream.tenant() + " " + stream.priority())
            .toList());
    assertEquals(Map.of("t", 2.5), setting.config().tenantWeights());
    assertEquals(List.of(new Fault.Drain(2, 1_500_000_000, 20_000_000)), setting.faults());
    assertEquals(40_000_000, setting.conditions().detectionNanos());
    assertEquals(1000, setting.conditions().linkBytesPerSecond());
    assertEquals(0.25, setting.conditions().execSigma());
    assertEquals(500_000_000, setting.measurement().warmUpNanos());
    assertEquals(4_000_000_000L, setting.measurement().nanos());
  }

  @Test
  void everyMistakeIsToldAtOnceWithFileAndLine() throws Exception {
    Path file =
        write(
            """
            {
              "models": [
                {"name": "resnet50_v9"},
                {"name": "own", "pages": 0, "load_ms": 1, "exec_ms": {"x": 1}}
              ],
              // a comment
              "gpus": [{"gpu": 2}],
              "parties": [{"name": "p", "workload": ["simpel"]}],
              "faults": [{"at_s": 1, "worker": 0, "what": "explode"}],
              "second": 3
            }
            """);
    List<String> lines =
        assertThrows(ScenarioException.class, () -> ScenarioFile.read(file))
            .getMessage()
            .lines()
            .toList();
    List<String> expected =
        List.of(
            ":3:14: 'name' is unknown: no model of the zoo is called 'resnet50_v9'",
            ":4:30: 'pages' is 0; expected a whole number from 1",
            ":4:64: 'x' is no batch size",
            ":7:13: unknown key 'gpu'; did you mean 'gpus'?",
            ":8:41: 'workload' can't be offered: there is no workload 'simpel'",
            ":9:47: 'what' is 'explode'; expected one of crash, join, drain",
            ":10:3: unknown key 'second'; did you mean 'seconds'?");
    assertEquals(expected.size(), lines.size(), () -> String.join("\n", lines));
    for (String start : expected) {
      assertTrue(
          lines.stream().anyMatch(line -> line.startsWith(file + start)),
          () -> start + " in " + String.join("\n", lines));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | 'gpus' is missing",
        "{} | 'parties' is missing",
        "[] | expected an object, found a list",
        "{\"gpus\": []} | 'gpus' is empty; expected at least one worker",
        "{\"gpus\": [{}], \"parties\": []} | 'parties' is empty",
        "{\"gpus\": [{}], \"parties\": [{}]} | 'workload' is missing, and so is 'streams'",
        "{\"gpus\": [{}], \"parties\": [{\"name\": \"all\"}]} | 'name' is 'all', which stands for all",
        "{\"models\": []} | 'models' holds no model",
        "{\"models\": [{\"name\": \"a\", \"pages\": 3}]} | 'load_ms' is missing",
        "{\"gpus\": [{\"models\": [\"nix\"]}]} | 'models' names 'nix', which is not among",
        "{\"gpus\": [{\"pages\": 1, \"models\": [\"googlenet\"]}]} | whose weights need ",
        "{\"gpus\": [{\"pages\": 1}], \"parties\": [{\"workload\": [\"simple\"]}]}"
            + " | 'workload' needs resnet50_v2, which no worker holds",
        "{\"faults\": [{\"at_s\": 1, \"worker\": 7, \"what\": \"crash\"}], \"gpus\": [{}]}"
            + " | 'worker' is 7; there are 1, counted from 0",
        "{\"faults\": [{\"at_s\": 1, \"worker\": 0, \"what\": \"crash\", \"grace_ms\": 1}]}"
            + " | 'grace_ms' is for 'drain' alone",
      })
  void aMistakeSaysWhatIsExpected(String text, String message) throws Exception {
    Path file = write(text);
    String complaint =
        assertThrows(ScenarioException.class, () -> ScenarioFile.read(file)).getMessage();
    assertTrue(complaint.contains(message), complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"models\": [\"resnet18_v2#9\"], \"arrivals\": {\"kind\": \"fixed\", \"per_second\": 1}"
            + " | names 'resnet18_v2#9'; the copies of it go from resnet18_v2 to resnet18_v2#2",
        "\"models\": [\"x\"], \"arrivals\": {\"kind\": \"fixed\", \"per_second\": 1}"
            + " | names 'x'; the scenario's models are resnet18_v2",
        "\"models\": [] , \"arrivals\": {\"kind\": \"fixed\", \"per_second\": 1}"
            + " | 'models' is empty; name one, or leave the key out",
        "\"slo_millis\": 5 | 'arrivals' is missing",
        "\"arrivals\": {\"kind\": \"poison\"} | 'kind' is 'poison'; expected one of poisson, fixed",
        "\"arrivals\": {\"kind\": \"poisson\"} | 'per_second' is missing",
        "\"arrivals\": {\"kind\": \"closed\"} | 'concurrency' is missing",
        "\"arrivals\": {\"kind\": \"bursty\", \"per_second\": 1, \"burst_ms\": 5} | 'idle_ms' is missing",
        "\"arrivals\": {\"kind\": \"closed\", \"concurrency\": 1, \"per_second\": 5}"
            + " | unknown key 'per_second'",
        "\"arrivals\": {\"kind\": \"closed\", \"concurrency\": 1}, \"slo_millis\": -1"
            + " | 'slo_millis' is -1; expected a number from 0.001",
        "\"arrivals\": {\"kind\": \"closed\", \"concurrency\": 1}, \"tenant\": \" \" | 'tenant' is blank",
      })
  void aMistakeInAStreamSaysWhatIsExpected(String stream, String message) throws Exception {
    Path file =
        write(
            """
            {"models": [{"name": "resnet18_v2", "copies": 2}], "gpus": [{}],
             "parties": [{"streams": [{%s}]}]}
            """
                .formatted(stream));
    String complaint =
        assertThrows(ScenarioException.class, () -> ScenarioFile.read(file)).getMessage();
    assertTrue(complaint.contains(message), complaint);
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = folder.resolve("nowhere.json");
    String complaint =
        assertThrows(ScenarioException.class, () -> ScenarioFile.read(file)).getMessage();
    assertTrue(complaint.startsWith(file + ":1:1: can't be read: "), complaint);
  }

  @Test
  void aRateIsSplitOverCopiesAndAConcurrencyIsThatOfEach() throws Exception {
    String head = "{\"models\": [{\"name\": \"resnet18_v2\", \"copies\": 5}], \"gpus\": [{}],";
    Setting open =
        read(
            head
                + "\"parties\": [{\"streams\": [{\"arrivals\": {\"kind\": \"fixed\", \"per_second\": 100}}]}],"
                + "\"seconds\": 2}");
    double offered = Trial.run(open, Policies.named("default"), 1).last().all().offeredPerSecond();
    assertEquals(100, offered, 3);
    Setting closed =
        read(
            head
                + "\"parties\": [{\"streams\": [{\"arrivals\":"
                + " {\"kind\": \"closed\", \"concurrency\": 3, \"requests\": 4}}]}],"
                + "\"warmup_s\": 0, \"seconds\": 2}");
    assertEquals(5 * 4, Trial.run(closed, Policies.named("default"), 1).last().all().offered());
  }

  private Setting read(String text) throws Exception {
    return ScenarioFile.read(write(text));
  }

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("scenario.json"), text);
  }
}
