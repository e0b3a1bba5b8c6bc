package org.clockwork.test.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
  private static final Path CONF = Path.of(System.getProperty("clockwork.root"), "conf");

  private static final Pattern KEY = Pattern.compile("\"(\\w+)\":");

  @TempDir Path folder;

  @Test
  void theShippedFilesSayTheDefaults() throws Exception {
    assertEquals(Configuration.DEFAULT, ConfigurationReader.read(CONF, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"controller.json", "worker.json", "gateway.json", "client.json", "operators.json"})
  void everyShippedKeyIsReadAndNoOther(String file) throws Exception {
    String text = Files.readString(CONF.resolve(file));
    for (MatchResult key : KEY.matcher(text).results().toList()) {
      String misspelt = text.substring(0, key.end(1)) + "X" + text.substring(key.end(1));
      Files.writeString(folder.resolve(file), misspelt);
      String wanted = "unknown key '%sX'; did you mean '%1$s'?".formatted(key.group(1));
      assertTrue(mistakes().contains(wanted), wanted);
    }
  }

  @Test
  void aMissingFileLeavesTheDefaults() throws Exception {
    assertEquals(Configuration.DEFAULT, ConfigurationReader.read(folder, Map.of()));
  }

  @Test
  void allMistakesOfAllFilesAreToldAtOnceEachWithFileAndLine() throws Exception {
    Files.writeString(
        folder.resolve("controller.json"),
        """
        {
          "policy": "infer6",
          // a comment
          "scheduler": {"sheduleAheadMillis": 5}
        }
        """);
    Files.writeString(folder.resolve("gateway.json"), "{\n\"maxOutstanding\": -3}");
    String wrong = mistakes();
    List<String> lines = wrong.lines().toList();
    assertEquals(3, lines.size(), wrong);
    assertTrue(
        wrong.contains(
            "controller.json:2:13: 'policy' is 'infer6'; there are default, direct, echo, flex,"
                + " frontrun, infer5, nexus, stress"),
        wrong);
    assertTrue(
        wrong.contains(
            "controller.json:4:17: unknown key 'sheduleAheadMillis'; did you mean"
                + " 'scheduleAheadMillis'?"),
        wrong);
    assertTrue(wrong.contains("gateway.json:2:19: 'maxOutstanding' is -3; expected"), wrong);
  }

  @Test
  void valuesThatDoNotFitTogetherAreToldToo() throws Exception {
    Files.writeString(
        folder.resolve("gateway.json"), "{\"defaultSloMillis\": 200, \"maxSloMillis\": 100}");
    String wrong = mistakes();
    assertTrue(wrong.contains("gateway.json:1:1: "), wrong);
    assertTrue(wrong.contains("maxSloNanos=100000000"), wrong);
  }

  @Test
  void anAddressThatIsInternalCantBeOpenedToClientsByMistake() throws Exception {
    Files.writeString(
        folder.resolve("gateway.json"),
        """
        {
          "busInbound": ["clockwork.infer", "clockwork.worker.W0.inputs"],
          "busOutbound": ["clockwork.*", "clockwork.telemetry.metrics"]
        }
        """);
    String wrong = mistakes();
    assertTrue(
        wrong.contains(
            "gateway.json:2:17: 'busInbound' has 'clockwork.worker.W0.inputs', which is no"),
        wrong);
    assertTrue(wrong.contains("gateway.json:3:18: 'busOutbound' has 'clockwork.*', which"), wrong);
    assertTrue(wrong.contains("'busOutbound' has 'clockwork.telemetry.metrics', which"), wrong);
  }

  @Test
  void aFileIsLaidOverTheDefaultsAndTheEnvironmentOverTheFile() throws Exception {
    Files.writeString(
        folder.resolve("controller.json"),
        "{\"log\": {\"directory\": \"of-the-file\", \"filesKept\": 7}}");
    Configuration files = ConfigurationReader.read(folder, Map.of());
    assertEquals(Path.of("of-the-file"), files.controller().log().directory());
    Configuration both =
        ConfigurationReader.read(
            folder,
            Map.of(
                "CLOCKWORK_LOG_DIR", "of-the-environment",
                "CLOCKWORK_MODEL_DIR", "models",
                "CLOCKWORK_DISABLE_INPUTS", "1"));
    assertEquals(Path.of("of-the-environment"), both.controller().log().directory());
    assertEquals(7, both.controller().log().filesKept());
    assertEquals(Optional.of(Path.of("models")), both.worker().modelRepository());
    assertTrue(both.client().disableInputs());
  }

  @Test
  void aBlankVariableCountsAsUnset() throws Exception {
    assertEquals(
        Configuration.DEFAULT, ConfigurationReader.read(folder, Map.of("CLOCKWORK_LOG_DIR", " ")));
  }

  @Test
  void aVariableThatIsNeitherYesNorNoIsNamed() {
    ConfigurationException wrong =
        assertThrows(
            ConfigurationException.class,
            () -> ConfigurationReader.read(folder, Map.of("CLOCKWORK_DISABLE_INPUTS", "maybe")));
    assertTrue(
        wrong.getMessage().contains("CLOCKWORK_DISABLE_INPUTS is 'maybe'"), wrong::getMessage);
    ConfigurationException priority =
        assertThrows(
            ConfigurationException.class,
            () ->
                ConfigurationReader.read(folder, Map.of("CLOCKWORK_REALTIME_PRIORITY", "highest")));
    assertTrue(
        priority.getMessage().contains("CLOCKWORK_REALTIME_PRIORITY is 'highest'"),
        priority::getMessage);
  }

  @Test
  void tenantsHaveTheirWeightsAndAWrongOneIsTold() throws Exception {
    Path file = folder.resolve("controller.json");
    Files.writeString(
        file, "{\"scheduler\": {\"tenantWeights\": {\"shop\": 2.5}, \"maxTenants\": 7}}");
    var read = ConfigurationReader.read(folder, Map.of()).controller().scheduler();
    assertEquals(Map.of("shop", 2.5), read.tenantWeights());
    assertEquals(7, read.maxTenants());

    Files.writeString(file, "{\"scheduler\": {\"tenantWeights\": {\"shop\": 0, \" \": 1}}}");
    String wrong = mistakes();
    assertTrue(wrong.contains("'shop' is 0; expected a number from 0.001"), wrong);
    assertTrue(wrong.contains("' ' names no tenant"), wrong);
  }

  private String mistakes() {
    return assertThrows(
            ConfigurationException.class, () -> ConfigurationReader.read(folder, Map.of()))
        .getMessage();
  }
}
