package org.clockwork.experiments;

import java.util.List;
import java.util.Locale;
import org.clockwork.codecs.json.Wording;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;

/** The models of the zoo by name, for people who may not know the names by heart. */
public final class ZooModels {
  private static final int SHOWN = 8;

  private ZooModels() {}

  /**
   * The model of that name.
   *
   * @throws IllegalArgumentException there is none; the message lists names that are near
   */
  public static ModelSource.Measured named(String name) {
    return Zoo.find(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
  }

  private static String unknown(String name) {
    List<String> all = Zoo.models().stream().map(ModelSource::name).toList();
    List<String> near = near(name, all);
    return near.isEmpty()
        ? "no model of the zoo is called '%s'; there are %d, such as %s"
            .formatted(
                name,
                all.size(),
                String.join(", ", List.of("resnet50_v2", "densenet121", "inceptionv3")))
        : "no model of the zoo is called '%s'; near it: %s"
            .formatted(name, String.join(", ", near));
  }

  /** Those that contain it, else the one that it most likely means. */
  private static List<String> near(String name, List<String> all) {
    String wanted = name.strip().toLowerCase(Locale.ROOT);
    List<String> containing =
        all.stream()
            .filter(
                candidate ->
                    !wanted.isEmpty() && candidate.toLowerCase(Locale.ROOT).contains(wanted))
            .limit(SHOWN)
            .toList();
    return containing.isEmpty() ? Wording.nearest(wanted, all).stream().toList() : containing;
  }
}
