package org.clockwork.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.PublishedConfigFile;

/** The first lines of a worker: that it starts, and which file it goes by. */
public final class WorkerOpening {
  private WorkerOpening() {}

  /**
   * @param folder where worker.json is looked for
   * @param environment variables by name, one of which may name a published configuration file
   */
  public static List<String> lines(Path folder, Map<String, String> environment)
      throws ConfigurationException {
    List<String> lines = new ArrayList<>(ownFile(folder));
    String published = environment.getOrDefault(PublishedConfigFile.VARIABLE, "");
    if (!published.isBlank()) {
      Path file = Path.of(published).toAbsolutePath().normalize();
      lines.add("Loading Clockwork worker config from " + file);
      List<String> unused = PublishedConfigFile.read(file).unused();
      if (!unused.isEmpty()) {
        lines.add("Of these this worker has no use for: " + String.join(", ", unused));
      }
    }
    return lines;
  }

  private static List<String> ownFile(Path folder) {
    Path file = folder.toAbsolutePath().normalize().resolve("worker.json");
    return List.of(
        "Starting Clockwork Worker",
        Files.exists(file)
            ? "Loading Clockwork worker default config from " + file
            : "Loading no Clockwork worker config: there is no %s, so the defaults hold"
                .formatted(file));
  }
}
