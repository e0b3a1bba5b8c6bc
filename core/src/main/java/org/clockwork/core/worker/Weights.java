package org.clockwork.core.worker;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.device.PageSet;
import org.clockwork.core.model.ModelId;

/**
 * One model's stay in the pages of one GPU, from the acceptance of its LOAD to its UNLOAD. A later
 * LOAD of the same model makes new weights, so a batch can't take one stay for another.
 */
final class Weights {
  private final ActionId load;
  private final ModelId model;
  private final PageSet pages;
  private final Set<Batch> batches = new LinkedHashSet<>();
  private boolean present;

  Weights(ActionId load, ModelId model, PageSet pages) {
    this.load = load;
    this.model = model;
    this.pages = pages;
  }

  /** The LOAD that they came by. */
  ActionId load() {
    return load;
  }

  ModelId model() {
    return model;
  }

  PageSet pages() {
    return pages;
  }

  /** LOAD is through; until then they are on their way. */
  boolean present() {
    return present;
  }

  void arrive() {
    present = true;
  }

  /** Accepted batches count on them, so they must stay. */
  boolean inUse() {
    return !batches.isEmpty();
  }

  void join(Batch batch) {
    batches.add(batch);
  }

  void leave(Batch batch) {
    batches.remove(batch);
  }

  /** The batches that count on them, in the order of their acceptance. */
  List<Batch> batches() {
    return List.copyOf(batches);
  }
}
