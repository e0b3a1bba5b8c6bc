package org.clockwork.worker.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.Problem;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.model.ModelSpec;

/** Reads {@code settings.json}: what an operator says about the model beside it. */
final class SettingsFile {
  static final String NAME = "settings.json";

  private static final long BATCH_SIZE_MAX = 1024;
  private static final long SEQUENCE_LENGTH_MAX = 1 << 20;
  private static final long COPIES_MAX = 10_000;
  private static final double SLO_MILLIS_MAX = 3_600_000;

  private SettingsFile() {}

  /** The defaults where there is no such file; empty where it has mistakes, all of them told. */
  static Optional<ModelSettings> read(Path folder, List<RepositoryProblem> problems) {
    Path file = folder.resolve(NAME);
    if (Files.notExists(file)) {
      return Optional.of(ModelSettings.NONE);
    }
    List<Problem> mistakes = new ArrayList<>();
    try {
      ModelSettings settings = settings(JsonFields.of(file.toString(), Json.read(file), mistakes));
      if (mistakes.isEmpty()) {
        return Optional.of(settings);
      }
    } catch (JsonException e) {
      mistakes.add(e.problem());
    } catch (IOException e) {
      problems.add(new RepositoryProblem(file, "can't be read: " + e));
    }
    mistakes.forEach(mistake -> problems.add(told(file, mistake)));
    return Optional.empty();
  }

  /** The file is named once, by the problem; line and column go with the reason. */
  static RepositoryProblem told(Path file, Problem mistake) {
    return new RepositoryProblem(
        file,
        "line %d, column %d: %s"
            .formatted(mistake.at().line(), mistake.at().column(), mistake.message()));
  }

  private static ModelSettings settings(JsonFields fields) {
    ModelSettings settings =
        new ModelSettings(
            fields
                .decimal("defaultSloMillis", 0.001, SLO_MILLIS_MAX)
                .map(millis -> Math.round(millis * 1e6)),
            sizes(fields, "batchSizes", BATCH_SIZE_MAX),
            lengths(fields),
            padding(fields),
            fields.flag("keepWarm").orElse(false),
            fields
                .integer("copies", 0, COPIES_MAX)
                .map(Math::toIntExact)
                .orElse(ModelSettings.NONE.copies()));
    fields.refuseOthers();
    return settings;
  }

  private static List<Integer> lengths(JsonFields fields) {
    List<Integer> lengths = sizes(fields, "sequenceLengths", SEQUENCE_LENGTH_MAX);
    if (lengths.size() > ModelSpec.BUCKETS_MAX) {
      fields.refuse(
          "sequenceLengths",
          "has %d lengths; the most are %d".formatted(lengths.size(), ModelSpec.BUCKETS_MAX));
    }
    return lengths;
  }

  private static Map<String, Long> padding(JsonFields fields) {
    Map<String, Long> padding = new HashMap<>();
    fields
        .object("padding")
        .ifPresent(
            inputs -> {
              for (String input : inputs.keys()) {
                inputs
                    .integer(input, Long.MIN_VALUE, Long.MAX_VALUE)
                    .ifPresent(value -> padding.put(input, value));
              }
            });
    return padding;
  }

  private static List<Integer> sizes(JsonFields fields, String key, long max) {
    List<Integer> sizes =
        fields.integers(key, 1, max).stream().flatMap(List::stream).map(Math::toIntExact).toList();
    if (!sizes.equals(sizes.stream().sorted().distinct().toList())) {
      fields.refuse(key, "is " + sizes + "; expected each size once, ascending");
    }
    return sizes;
  }
}
