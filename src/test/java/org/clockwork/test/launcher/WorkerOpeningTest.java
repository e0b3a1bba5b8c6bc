package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clockwork.launcher.WorkerOpening;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerOpeningTest {
  @TempDir Path folder;

  @Test
  void aWorkerSaysWhichFileItGoesBy() throws Exception {
    Path conf = Path.of(System.getProperty("clockwork.root"), "conf").toAbsolutePath().normalize();
    assertEquals(
        List.of(
            "Starting Clockwork Worker",
            "Loading Clockwork worker default config from " + conf.resolve("worker.json")),
        WorkerOpening.lines(conf, Map.of()));
  }

  @Test
  void aWorkerWithoutAFileSaysSo() throws Exception {
    String line = WorkerOpening.lines(folder, Map.of()).getLast();
    assertTrue(line.contains(folder.resolve("worker.json") + ", so the defaults hold"), line);
  }

  @Test
  void aWorkerNamesThePublishedFileAndOnceWhatOfItHasNoUse() throws Exception {
    Path file = folder.resolve("default.cfg");
    Files.writeString(
        file, "io_pool_size = 536870912L; weights_cache_size = 33554432L; io_pool_size = 1;");
    assertEquals(
        List.of(
            "Loading Clockwork worker config from " + file,
            "Of these this worker has no use for: io_pool_size"),
        WorkerOpening.lines(folder, Map.of("CLOCKWORK_CONFIG_FILE", file.toString()))
            .subList(2, 4));
  }
}
