package org.clockwork.test.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.clockwork.core.policy.Policies;
import org.clockwork.experiments.Account;
import org.clockwork.experiments.Trial;
import org.clockwork.experiments.scenario.ScenarioFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models whose full batch takes a quarter of the objective, as those of a small machine do: whoever
 * is too many is told at once, and the GPU gives as much as it has all the same.
 */
class EarlyRefusalsTest {
  /** In batches of 8. */
  private static final double RAW_PER_SECOND = 125;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1, 1.2", "1, 1.5", "1, 3", "2, 1.2", "4, 1.2"})
  void whoIsTooManyIsToldAtOnceAndNothingIsLostByIt(int models, double factor) throws Exception {
    Path file = folder.resolve("few.json");
    Files.writeString(
        file,
        """
        {"models": [{"name": "m", "copies": %d, "pages": 6, "load_ms": 20,
                     "exec_ms": {"1": 9, "2": 16.5, "4": 32, "8": 64}}],
         "gpus": [{}],
         "parties": [{"streams": [{"models": ["m"], "slo_millis": 245,
                                   "arrivals": {"kind": "poisson", "per_second": %f}}]}],
         "seconds": 40}
        """
            .formatted(models, factor * RAW_PER_SECOND));
    Account all = Trial.run(ScenarioFile.read(file), Policies.named("default"), 1).last().all();
    assertTrue(all.refusalMillis(50).orElseThrow() < 1, all.refusalMillis(50)::toString);
    assertTrue(all.goodputPerSecond() > 0.99 * RAW_PER_SECOND, all.goodputPerSecond() + "/s");
    assertEquals(0, all.lateAccepted());
  }
}
