package org.clockwork.controller.startup;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.telemetry.PublishedWording;

/** The models that are registered, as the start-up lines show them. */
final class ModelTable {
  /** Rows shown; the totals count all. */
  private static final int ROWS_MAX = 20;

  private final Consumer<String> lines;

  /** Pages of each model, where it takes most. */
  private final Map<String, Integer> pages = new HashMap<>();

  /** The first models that came, with their profiles by kind of device. */
  private final Map<ModelId, HostedModel> rows = new LinkedHashMap<>();

  ModelTable(Consumer<String> lines) {
    this.lines = lines;
  }

  /** Says whether it has got a row. */
  boolean registered(HostedModel model) {
    for (Profiles profiles : model.profiles().values()) {
      pages.merge(model.spec().name(), profiles.pages(), Math::max);
    }
    boolean shown = rows.containsKey(model.id()) || rows.size() < ROWS_MAX;
    if (shown) {
      rows.merge(model.id(), model, ModelTable::joined);
    }
    return shown;
  }

  /** Two workers may have it on different kinds of device. */
  private static HostedModel joined(HostedModel one, HostedModel other) {
    Map<String, Profiles> profiles = new TreeMap<>(one.profiles());
    profiles.putAll(other.profiles());
    return new HostedModel(one.id(), one.spec(), profiles);
  }

  void gone(String name) {
    pages.remove(name);
    rows.values().removeIf(model -> model.spec().name().equals(name));
  }

  int size() {
    return pages.size();
  }

  long pages() {
    return pages.values().stream().mapToLong(Integer::longValue).sum();
  }

  void print() {
    rows.values().forEach(this::print);
    if (size() > rows.size()) {
      lines.accept("and %d models more".formatted(size() - rows.size()));
    }
  }

  /** A row for each kind of device that it runs on. */
  void print(HostedModel model) {
    new TreeMap<>(model.profiles())
        .forEach(
            (kind, profiles) ->
                lines.accept(
                    "%s src=%s %s on %s"
                        .formatted(
                            model.id(),
                            model.spec().source(),
                            PublishedWording.figures(model.spec(), profiles.longest()),
                            kind)));
  }
}
