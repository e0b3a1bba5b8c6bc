package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.clockwork.launcher.WorkerOpening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerOpeningTest {
  @TempDir Path folder;

  @Test
  void aWorkerSaysWhichFileItGoesBy() {
    Path conf = Path.of(System.getProperty("clockwork.root"), "conf").toAbsolutePath().normalize();
    assertEquals(
        List.of(
            "Starting Clockwork Worker",
            "Loading Clockwork worker default config from " + conf.resolve("worker.json")),
        WorkerOpening.lines(conf));
  }

  @Test
  void aWorkerWithoutAFileSaysSo() {
    String line = WorkerOpening.lines(folder).getLast();
    assertTrue(line.contains(folder.resolve("worker.json") + ", so the defaults hold"), line);
  }
}
