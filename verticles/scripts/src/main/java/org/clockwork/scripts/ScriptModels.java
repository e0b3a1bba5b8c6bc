package org.clockwork.scripts;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelSpec;

/**
 * The models that a script may ask for. Waits where it has to: a script has a thread of its own,
 * and its time does not begin before it has its models.
 */
final class ScriptModels {
  private static final int NAMES_MAX = 20;

  private final ScriptInferences inferences;
  private final Guest guest;
  private final Map<String, ModelSpec> known = new HashMap<>();

  ScriptModels(ScriptInferences inferences, Guest guest) {
    this.inferences = inferences;
    this.guest = guest;
  }

  /** What could be loaded. */
  List<String> loadable() {
    return awaited("models()", inferences.loadable());
  }

  /** Loads them; their names. */
  List<String> load(String name, int copies) {
    String call = "load('%s')".formatted(name);
    List<String> names = new ArrayList<>();
    for (ModelStatus status : awaited(call, inferences.load(name, copies))) {
      switch (status) {
        case ModelStatus.Ready ready -> known.put(ready.name(), ready.spec());
        case ModelStatus.Unavailable unavailable ->
            throw Wrong.other(
                "%s: model '%s' can't be served: %s"
                    .formatted(call, unavailable.name(), unavailable.reason()));
        case ModelStatus.Registering registering ->
            throw Wrong.other(
                "%s: no worker has model '%s' ready".formatted(call, registering.name()));
        case ModelStatus.Versioned versioned ->
            throw Wrong.other(
                "%s: '%s' is a folder of versions, up to '%s'; name one"
                    .formatted(call, versioned.name(), versioned.highest()));
        case ModelStatus.Gone gone ->
            throw Wrong.other(
                "%s: model '%s' was withdrawn meanwhile".formatted(call, gone.name()));
      }
      names.add(status.name());
    }
    return names;
  }

  /** One that this script has loaded, or that somebody else had before. */
  ModelSpec known(String name) {
    ModelSpec spec = known.get(name);
    if (spec == null) {
      for (ModelStatus status : awaited("infer", inferences.loaded())) {
        if (status instanceof ModelStatus.Ready ready) {
          known.putIfAbsent(ready.name(), ready.spec());
        }
      }
      spec = known.get(name);
    }
    if (spec == null) {
      throw Wrong.other(
          "infer: no model '%s' is loaded; %s; load('%s') has one loaded"
              .formatted(name, knownNames(), name));
    }
    return spec;
  }

  private String knownNames() {
    List<String> names = List.copyOf(new TreeSet<>(known.keySet()));
    if (names.isEmpty()) {
      return "none is";
    }
    String text = String.join(", ", names.subList(0, Math.min(NAMES_MAX, names.size())));
    return names.size() > NAMES_MAX
        ? "there are %s and %d more".formatted(text, names.size() - NAMES_MAX)
        : "there are " + text;
  }

  private <T> T awaited(String call, Future<T> future) {
    return guest.waiting(
        () -> {
          try {
            return future.toCompletionStage().toCompletableFuture().get();
          } catch (ExecutionException e) {
            throw Wrong.other(call + ": " + e.getCause().getMessage());
          } catch (InterruptedException e) {
            throw new ScriptException(call + ": the script is to end", e);
          }
        });
  }
}
