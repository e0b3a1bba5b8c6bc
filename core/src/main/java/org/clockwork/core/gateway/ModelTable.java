package org.clockwork.core.gateway;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the controller has said of every model, by name. */
public final class ModelTable {
  /**
   * Names kept of models that can't be served: as many as one controller registers unless told
   * otherwise. Anybody may wish for a name that nobody has; those that are served are bounded
   * there.
   */
  static final int UNAVAILABLE_MAX = 10_000;

  private final Map<String, ModelStatus> byName = new HashMap<>();

  void put(ModelStatus status) {
    switch (status) {
      case ModelStatus.Gone gone -> byName.remove(gone.name());
      case ModelStatus.Registering _, ModelStatus.Ready _ -> byName.put(status.name(), status);
      case ModelStatus.Unavailable _ -> {
        if (byName.containsKey(status.name()) || byName.size() < UNAVAILABLE_MAX) {
          byName.put(status.name(), status);
        }
      }
    }
  }

  /** Where the model stands; one that was never heard of is as good as gone. */
  public ModelStatus get(String name) {
    ModelStatus status = byName.get(name);
    return status == null ? new ModelStatus.Gone(name) : status;
  }

  /** All models, by name. */
  public List<ModelStatus> all() {
    return byName.values().stream().sorted(Comparator.comparing(ModelStatus::name)).toList();
  }
}
