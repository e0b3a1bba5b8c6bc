package org.clockwork.core.gateway;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the controller has said of every model, by name. */
public final class ModelTable {
  /**
   * Names kept of models that can't be served: as many as one controller registers unless told
   * otherwise. Anybody may wish for a name that nobody has; those that are served are bounded
   * there.
   */
  static final int UNAVAILABLE_MAX = 10_000;

  private final SortedMap<String, ModelStatus> byName = new TreeMap<>();

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
  public Collection<ModelStatus> all() {
    return Collections.unmodifiableCollection(byName.values());
  }
}
