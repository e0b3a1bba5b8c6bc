package org.clockwork.experiments.scenario;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.experiments.ZooModels;

/**
 * The key {@code models}: which models there are, each from the zoo or with a profile of its own,
 * and in how many copies. Without the key it is the zoo, one copy each.
 */
final class ScenarioModels {
  private static final int COPIES_MAX = 10_000;
  private static final int PAGES_MAX = 1_000_000;
  private static final int BATCH_MAX = 1_024;
  private static final double MILLIS_MAX = 60_000;
  private static final int BYTES_MAX = 1 << 30;

  /** By name, in the order of the file. */
  private final SequencedMap<String, Model> models = new LinkedHashMap<>();

  private record Model(Measured source, int copies) {}

  private ScenarioModels() {}

  static ScenarioModels read(JsonFields fields) {
    ScenarioModels models = new ScenarioModels();
    if (!fields.has("models")) {
      Zoo.models().forEach(model -> models.models.put(model.name(), new Model(model, 1)));
      Zoo.forTests().forEach(model -> models.models.put(model.name(), new Model(model, 1)));
    }
    Optional<List<JsonFields>> given = fields.objects("models");
    given.orElse(List.of()).forEach(models::add);
    if (given.isPresent() && given.get().isEmpty()) {
      fields.refuse("models", "holds no model; name one, or leave the key out to have the zoo");
    }
    return models;
  }

  private void add(JsonFields fields) {
    fields.require("name");
    Optional<String> name = fields.text("name");
    int copies = fields.integer("copies", 1, COPIES_MAX).map(Math::toIntExact).orElse(1);
    boolean own = fields.has("pages") || fields.has("load_ms") || fields.has("exec_ms");
    Optional<Measured> source =
        own ? ownModel(name.orElse("?"), fields) : name.flatMap(given -> ofZoo(given, fields));
    fields.refuseOthers();
    if (name.isPresent() && source.isPresent()) {
      if (models.putIfAbsent(name.get(), new Model(source.get(), copies)) != null) {
        fields.refuse("name", "'%s' is there already; say it with 'copies'".formatted(name.get()));
      }
    }
  }

  private static Optional<Measured> ofZoo(String name, JsonFields fields) {
    try {
      return Optional.of(ZooModels.named(name));
    } catch (IllegalArgumentException e) {
      fields.refuse(
          "name",
          "is unknown: %s; one of your own needs 'pages', 'load_ms' and 'exec_ms'"
              .formatted(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<Measured> ownModel(String name, JsonFields fields) {
    fields.require("pages");
    fields.require("load_ms");
    fields.require("exec_ms");
    Optional<Integer> pages = fields.integer("pages", 1, PAGES_MAX).map(Math::toIntExact);
    Optional<Long> loadNanos = fields.millisAsNanos("load_ms", 0.001, MILLIS_MAX);
    NavigableMap<Integer, Long> execNanos =
        fields.object("exec_ms").map(ScenarioModels::execNanos).orElse(new TreeMap<>());
    int inputBytes = fields.integer("input_bytes", 1, BYTES_MAX).map(Math::toIntExact).orElse(4);
    if (name.isBlank() || name.contains("#")) {
      fields.refuse(
          "name", "is '%s'; expected a name without '#', which numbers copies".formatted(name));
    }
    if (pages.isEmpty() || loadNanos.isEmpty() || execNanos.isEmpty() || name.isBlank()) {
      return Optional.empty();
    }
    ModelSpec spec =
        new ModelSpec(
            name,
            name,
            List.of(new TensorSpec("in", DataType.UINT8, List.of(inputBytes))),
            List.of(new TensorSpec("out", DataType.UINT8, List.of(4))),
            (long) pages.get() * DeviceSpec.PAGE_BYTES,
            0);
    return Optional.of(
        new Measured(
            spec,
            new Profile(pages.get(), loadNanos.get(), 0, 0, execNanos),
            new ModelSettings(Optional.empty(), List.of(), List.of(), false, 0)));
  }

  /** Empty where any of it is wrong. */
  private static NavigableMap<Integer, Long> execNanos(JsonFields fields) {
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    for (String key : fields.keys()) {
      Optional<Long> nanos = fields.millisAsNanos(key, 0.001, MILLIS_MAX);
      if (!key.matches("[1-9][0-9]{0,3}") || Integer.parseInt(key) > BATCH_MAX) {
        fields.refuse(key, "is no batch size; expected a whole number from 1 to " + BATCH_MAX);
      } else {
        nanos.ifPresent(given -> execNanos.put(Integer.valueOf(key), given));
      }
    }
    boolean whole = execNanos.size() == fields.keys().size();
    return whole ? execNanos : Collections.emptyNavigableMap();
  }

  /** All names that models have, without those of copies. */
  Collection<String> names() {
    return Collections.unmodifiableCollection(models.sequencedKeySet());
  }

  Optional<Measured> source(String name) {
    return Optional.ofNullable(models.get(name)).map(Model::source);
  }

  /** All of them. */
  List<Measured> sources() {
    return models.values().stream().map(Model::source).toList();
  }

  /**
   * What is served where these are named: a model's name stands for all copies of it, {@code
   * name#3} for one.
   *
   * @throws IllegalArgumentException a name is unknown; says which there are
   */
  Named named(List<String> given) {
    List<String> names = new ArrayList<>();
    Map<String, Integer> copies = new LinkedHashMap<>();
    for (String name : given) {
      int hash = name.indexOf('#');
      Model model = models.get(hash < 0 ? name : name.substring(0, hash));
      if (model == null) {
        throw new IllegalArgumentException(
            "names '%s'; the scenario's models are %s".formatted(name, shown()));
      }
      List<String> all = new Copies(model.source().name(), model.copies()).names();
      if (hash >= 0 && !all.contains(name)) {
        throw new IllegalArgumentException(
            "names '%s'; the copies of it go from %s to %s"
                .formatted(name, all.getFirst(), all.getLast()));
      }
      names.addAll(hash < 0 ? all : List.of(name));
      copies.put(model.source().name(), model.copies());
    }
    return new Named(names, copies);
  }

  /** Every model and all its copies. */
  Named all() {
    return named(List.copyOf(models.sequencedKeySet()));
  }

  private String shown() {
    List<String> names = List.copyOf(models.sequencedKeySet());
    return names.size() <= 10
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 10)) + " and " + (names.size() - 10) + " more";
  }

  /**
   * @param names of copies
   * @param copies by the names of their sources
   */
  record Named(List<String> names, Map<String, Integer> copies) {}
}
