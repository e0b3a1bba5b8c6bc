package org.clockwork.worker.repository;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.Problem;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * The form of {@code profile.json}: what was measured for one model, an entry for each kind of
 * device and shape.
 *
 * <pre>
 * { "format": "clockwork-profile/1",
 *   "profiles": [ { "device": "onnx:AMD EPYC", "modelSha256": "…", "sequenceLength": 64, "optimisation": "basic",
 *                   "pages": 6, "loadNanos": 35000000, "inputNanos": 900, "outputNanos": 9000,
 *                   "execNanos": { "1": 10100000, "2": 17900000 } } ] }
 * </pre>
 */
final class ProfileJson {
  static final String NAME = "profile.json";

  private static final String FORMAT = "clockwork-profile/1";
  private static final int PAGES_MAX = 1 << 20;
  private static final int BATCH_MAX = 1024;

  /** Kinds of machines times buckets; a repository shared by more forgets the one stored first. */
  private static final int ENTRIES_MAX = 128;

  private ProfileJson() {}

  /** One measured profile and what it holds for. */
  record Measured(
      String device,
      String modelSha256,
      int sequenceLength,
      Optional<GraphOptimisation> optimisation,
      Profile profile) {
    boolean holdsFor(ProfileStore.Key key) {
      return isOf(key) && List.copyOf(profile.execNanos().keySet()).equals(key.batchSizes());
    }

    /** Of the same device, file and shape, maybe with other batch sizes. */
    boolean isOf(ProfileStore.Key key) {
      return device.equals(key.deviceKind())
          && modelSha256.equals(key.modelSha256())
          && sequenceLength == key.sequenceLength();
    }
  }

  /** The profile that simulated devices take where there is no model beside it: the first. */
  static Optional<Profile> simulated(Path file, List<RepositoryProblem> problems) {
    List<Problem> mistakes = new ArrayList<>();
    try {
      List<Measured> entries = read(file, mistakes);
      if (mistakes.isEmpty() && !entries.isEmpty()) {
        return Optional.of(entries.getFirst().profile());
      }
      if (mistakes.isEmpty()) {
        problems.add(new RepositoryProblem(file, "holds no profile"));
      }
    } catch (IOException e) {
      problems.add(new RepositoryProblem(file, "can't be read: " + e));
    }
    mistakes.forEach(mistake -> problems.add(SettingsFile.told(file, mistake)));
    return Optional.empty();
  }

  /** Only the entries without mistakes. */
  static List<Measured> read(Path file, List<Problem> mistakes) throws IOException {
    try {
      JsonFields top = JsonFields.of(file.toString(), Json.read(file), mistakes);
      top.require("format");
      top.require("profiles");
      top.text("format")
          .filter(format -> !format.equals(FORMAT))
          .ifPresent(format -> top.refuse("format", "is not '" + FORMAT + "'"));
      List<Measured> entries =
          top.objects("profiles").stream()
              .flatMap(List::stream)
              .flatMap(fields -> entry(fields, mistakes).stream())
              .toList();
      top.refuseOthers();
      return entries;
    } catch (JsonException e) {
      mistakes.add(e.problem());
      return List.of();
    }
  }

  private static Optional<Measured> entry(JsonFields fields, List<Problem> mistakes) {
    int before = mistakes.size();
    for (String key : List.of("device", "loadNanos", "execNanos")) {
      fields.require(key);
    }
    String device = fields.text("device").orElse("");
    String sha256 = fields.text("modelSha256").orElse("");
    long sequenceLength = fields.integer("sequenceLength", 0, Integer.MAX_VALUE).orElse(0L);
    Optional<GraphOptimisation> optimisation = fields.word("optimisation", GraphOptimisation.class);
    long pages = fields.integer("pages", 0, PAGES_MAX).orElse(0L);
    long loadNanos = fields.integer("loadNanos", 0, Long.MAX_VALUE).orElse(0L);
    long inputNanos = fields.integer("inputNanos", 0, Long.MAX_VALUE).orElse(0L);
    long outputNanos = fields.integer("outputNanos", 0, Long.MAX_VALUE).orElse(0L);
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    fields
        .object("execNanos")
        .ifPresent(
            batches -> {
              for (String batch : batches.keys()) {
                Optional<Long> nanos = batches.integer(batch, 1, Long.MAX_VALUE);
                if (batch.matches("[1-9][0-9]{0,3}") && Integer.parseInt(batch) <= BATCH_MAX) {
                  nanos.ifPresent(value -> execNanos.put(Integer.parseInt(batch), value));
                } else {
                  batches.refuse(batch, "is no batch size from 1 to " + BATCH_MAX);
                }
              }
              if (batches.keys().isEmpty()) {
                fields.refuse("execNanos", "is empty; expected at least one batch size");
              }
            });
    fields.refuseOthers();
    return mistakes.size() > before
        ? Optional.empty()
        : Optional.of(
            new Measured(
                device,
                sha256,
                (int) sequenceLength,
                optimisation,
                new Profile((int) pages, loadNanos, inputNanos, outputNanos, execNanos)));
  }

  /** The newest last. */
  static String text(List<Measured> entries) {
    JsonArray profiles = new JsonArray();
    entries.stream()
        .skip(Math.max(0, entries.size() - ENTRIES_MAX))
        .map(ProfileJson::json)
        .forEach(profiles::add);
    return new JsonObject().put("format", FORMAT).put("profiles", profiles).encodePrettily() + "\n";
  }

  private static JsonObject json(Measured entry) {
    JsonObject execNanos = new JsonObject();
    entry
        .profile()
        .execNanos()
        .forEach((batch, nanos) -> execNanos.put(Integer.toString(batch), nanos));
    JsonObject json =
        new JsonObject()
            .put("device", entry.device())
            .put("modelSha256", entry.modelSha256())
            .put("sequenceLength", entry.sequenceLength());
    entry
        .optimisation()
        .ifPresent(
            optimisation ->
                json.put("optimisation", optimisation.name().toLowerCase(java.util.Locale.ROOT)));
    return json.put("pages", entry.profile().pages())
        .put("loadNanos", entry.profile().loadNanos())
        .put("inputNanos", entry.profile().inputNanos())
        .put("outputNanos", entry.profile().outputNanos())
        .put("execNanos", execNanos);
  }
}
