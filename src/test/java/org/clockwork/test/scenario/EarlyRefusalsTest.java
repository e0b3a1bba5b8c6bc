package org.clockwork.test.scenario;

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
  @CsvSource({"1, 1.2, 0", "1, 1.5, 0", "1, 3, 0", "2, 1.2, 0", "4, 1.2, 0", "1, 1.2, 0.1"})
  void whoIsTooManyIsToldAtOnceAndNothingIsLostByIt(int models, double factor, double noise)
      throws Exception {
    Path file = folder.resolve("few.json");
    Files.writeString(
        file,
        """
        {"models": [{"name": "m", "copies": %d, "pages": 6, "load_ms": 20,
                     "exec_ms": {"1": 9, "2": 16.5, "4": 32, "8": 64}}],
         "gpus": [{}],
         "parties": [{"streams": [{"models": ["m"], "slo_millis": 245,
                                   "arrivals": {"kind": "poisson", "per_second": %s}}]}],
         "exec_noise": %s,
         "seconds": 40}
        """
            .formatted(models, factor * RAW_PER_SECOND, noise));
    Account all = Trial.run(ScenarioFile.read(file), Policies.named("default"), 1).last().all();
    assertTrue(all.refusalMillis(50).orElseThrow() < 1, all.refusalMillis(50)::toString);
    // Noise only ever makes an execution longer, by 0.8 sigma on average.
    double attainable = RAW_PER_SECOND / (1 + 0.8 * noise);
    assertTrue(all.goodputPerSecond() > 0.98 * attainable, all.goodputPerSecond() + "/s");
  }
}
