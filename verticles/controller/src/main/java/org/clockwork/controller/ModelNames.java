package org.clockwork.controller;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelId;

/**
 * What is to be told of models, those also that have gone since. Told by one thread, asked by any.
 */
public final class ModelNames {
  private final Map<ModelId, String> names = new ConcurrentHashMap<>();
  private final Map<ModelId, Long> weightsBytes = new ConcurrentHashMap<>();

  public void changed(ModelStatus status) {
    switch (status) {
      case ModelStatus.Ready(ModelId id, var spec, _, _, _) -> {
        names.put(id, spec.name());
        weightsBytes.put(id, spec.weightsBytes());
      }
      case ModelStatus.Registering(ModelId id, String name) -> names.put(id, name);
      case ModelStatus.Unavailable _, ModelStatus.Versioned _, ModelStatus.Gone _ -> {}
    }
  }

  /** Its name; its number where nobody has ever said one. */
  public String of(ModelId model) {
    return names.getOrDefault(model, model.toString());
  }

  /** 0 until it was ready once. */
  public long weightsBytes(ModelId model) {
    return weightsBytes.getOrDefault(model, 0L);
  }

  public void each(Consumer<String> name) {
    names.values().forEach(name);
  }
}
