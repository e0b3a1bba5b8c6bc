package org.clockwork.core.gateway;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.clockwork.core.model.ModelName;

/** What the controller has said of every model, by name. */
public final class ModelTable {
  /**
   * Names kept of models that can't be served: as many as one controller registers unless told
   * otherwise. Anybody may wish for a name that nobody has; those that are served are bounded
   * there.
   */
  static final int UNAVAILABLE_MAX = 10_000;

  /** Of a model that has no folders of versions. */
  private static final long ONLY_VERSION = 1;

  private final Map<String, ModelStatus> byName = new HashMap<>();

  /** Of those above that are versions: their names by version, by the name that names none. */
  private final Map<String, NavigableMap<Long, String>> versions = new HashMap<>();

  void put(ModelStatus status) {
    switch (status) {
      case ModelStatus.Gone gone -> remove(gone.name());
      case ModelStatus.Registering _, ModelStatus.Ready _ -> keep(status);
      case ModelStatus.Versioned _ -> {} // It is its versions that stand somewhere.
      case ModelStatus.Unavailable _ -> {
        if (byName.containsKey(status.name()) || byName.size() < UNAVAILABLE_MAX) {
          keep(status);
        }
      }
    }
  }

  private void keep(ModelStatus status) {
    byName.put(status.name(), status);
    ModelName name = ModelName.of(status.name());
    if (name.version().isPresent()) {
      versions
          .computeIfAbsent(name.unversioned(), _ -> new TreeMap<>())
          .put(name.version().getAsLong(), status.name());
    }
  }

  private void remove(String gone) {
    byName.remove(gone);
    ModelName name = ModelName.of(gone);
    if (name.version().isPresent()) {
      versions.computeIfPresent(
          name.unversioned(),
          (_, known) -> {
            known.remove(name.version().getAsLong());
            return known.isEmpty() ? null : known;
          });
    }
  }

  /** Where the model of exactly that name stands; one never heard of is as good as gone. */
  public ModelStatus get(String name) {
    ModelStatus status = byName.get(name);
    return status == null ? new ModelStatus.Gone(name) : status;
  }

  /**
   * Who is meant by a name: the model of exactly that name where it is ready, or else its highest
   * version that is; where none is, whatever says most about why.
   */
  public ModelStatus find(String name) {
    ModelStatus exact = byName.get(name);
    NavigableMap<Long, String> known = versions.get(name);
    if (exact instanceof ModelStatus.Ready || known == null) {
      return get(name);
    }
    for (String version : known.descendingMap().values()) {
      if (byName.get(version) instanceof ModelStatus.Ready ready) {
        return ready;
      }
    }
    return exact == null ? byName.get(known.lastEntry().getValue()) : exact;
  }

  /**
   * That version of a model; the same as without where none is named. A model that has no folders
   * of versions is version 1.
   */
  public ModelStatus find(String name, String version) {
    if (version.isEmpty()) {
      return find(name);
    }
    OptionalLong number = ModelName.number(version);
    if (number.isEmpty()) {
      return new ModelStatus.Gone(name);
    }
    ModelStatus exact = byName.get(ModelName.of(name).at(number.getAsLong()).toString());
    boolean only = number.getAsLong() == ONLY_VERSION && ModelName.of(name).version().isEmpty();
    return exact == null && only ? get(name) : exact == null ? new ModelStatus.Gone(name) : exact;
  }

  /** The versions of a model that are known, the lowest first; none of one that is unknown. */
  public List<ModelStatus> versions(String name) {
    NavigableMap<Long, String> known = versions.get(name);
    if (known != null) {
      return known.values().stream().map(byName::get).toList();
    }
    ModelStatus exact = byName.get(name);
    return exact == null ? List.of() : List.of(exact);
  }

  /** All models, by name. */
  public List<ModelStatus> all() {
    return byName.values().stream().sorted(Comparator.comparing(ModelStatus::name)).toList();
  }
}
