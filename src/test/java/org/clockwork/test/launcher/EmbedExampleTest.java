package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.clockwork.launcher.demo.MiniLM;
import org.clockwork.test.gateway.PythonClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/examples/python/embed.py}, as docs/variable-lengths.md tells to run it. */
@Timeout(600)
class EmbedExampleTest {
  private static final String DOOR = "Open Inference Protocol: REST at http://";

  @TempDir Path folder;

  @Test
  void sentencesThatMeanTheSameAreCloserThanOthersWhateverTheirLength() throws Exception {
    PythonClients python = PythonClients.triton();
    Path model = MiniLM.install(folder).resolve(MiniLM.MODEL);
    // Few and small: what is not known yet is measured.
    Files.writeString(
        model.resolve("settings.json"),
        "{ \"sequenceLengths\": [16, 32, 64], \"batchSizes\": [1, 2] }");
    try (Launched serve =
        Launched.clockwork(
            folder,
            Map.of("CLOCKWORK_CLUSTER", "embed-" + UUID.randomUUID()),
            "serve",
            "--model-repository=" + model.getParent(),
            "--http-port=0",
            "--grpc-port=0")) {
      String door = serve.lineBeginning(DOOR).substring(DOOR.length());
      serve.lineBeginning("Serving 1 models");

      List<Double> similarities =
          python
              .example(
                  "embed.py",
                  "--url=" + door.substring(0, door.indexOf(',')),
                  "--model=" + MiniLM.MODEL,
                  "--tokenizer=" + model.resolve("tokenizer.json"),
                  "--max-tokens=64",
                  "--slo-us=30000000",
                  "A man is playing a guitar on stage.",
                  "Somebody who stands in front of many people makes music with a guitar, which he"
                      + " learnt to play as a child from an uncle of his, long before anybody"
                      + " came to listen.",
                  "The stock market fell sharply today. "
                      + "Prices of shares went down. ".repeat(20))
              .lines()
              .map(line -> Double.valueOf(line.strip().split(" ", 2)[0]))
              .toList();

      assertEquals(3, similarities.size());
      double alike = similarities.get(0);
      assertTrue(
          alike > 0.3 && similarities.get(1) < 0.2 && similarities.get(2) < 0.2,
          similarities::toString);
    }
  }
}
