package org.clockwork.core.gateway;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the controller has said of every model, by name. */
public final class ModelTable {
  private final SortedMap<String, ModelStatus> byName = new TreeMap<>();

  void put(ModelStatus status) {
    switch (status) {
      case ModelStatus.Gone gone -> byName.remove(gone.name());
      case ModelStatus.Registering _, ModelStatus.Ready _, ModelStatus.Unavailable _ ->
          byName.put(status.name(), status);
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
