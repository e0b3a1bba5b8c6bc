package org.clockwork.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The first lines of a worker: that it starts, and which file it goes by. */
public final class WorkerOpening {
  private WorkerOpening() {}

  /**
   * @param folder where worker.json is looked for
   */
  public static List<String> lines(Path folder) {
    Path file = folder.toAbsolutePath().normalize().resolve("worker.json");
    return List.of(
        "Starting Clockwork Worker",
        Files.exists(file)
            ? "Loading Clockwork worker default config from " + file
            : "Loading no Clockwork worker config: there is no %s, so the defaults hold"
                .formatted(file));
  }
}
