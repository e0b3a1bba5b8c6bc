package org.clockwork.controller;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelId;

/**
 * What is to be told of models, those also that have gone since. Told by one thread, asked by any.
 */
public final class ModelNames {
  private final Map<ModelId, String> names = new ConcurrentHashMap<>();
  private final Map<ModelId, Long> weightsBytes = new ConcurrentHashMap<>();
  private final Map<String, ModelId> served = new ConcurrentHashMap<>();

  public void changed(ModelStatus status) {
    switch (status) {
      case ModelStatus.Ready(ModelId id, var spec, _, _, _) -> {
        names.put(id, spec.name());
        weightsBytes.put(id, spec.weightsBytes());
        served.put(spec.name(), id);
      }
      case ModelStatus.Registering(ModelId id, String name) -> names.put(id, name);
      case ModelStatus.Unavailable _, ModelStatus.Versioned _, ModelStatus.Gone _ ->
          served.remove(status.name());
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

  /** Those that can be asked for now. */
  public void eachServed(BiConsumer<String, ModelId> model) {
    served.forEach(model);
  }

  public void each(Consumer<String> name) {
    names.values().forEach(name);
  }
}
