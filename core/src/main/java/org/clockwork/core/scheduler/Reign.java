package org.clockwork.core.scheduler;

import org.clockwork.core.model.ModelId;

/**
 * One controller's time in office: what tells its orders and its models from those of the
 * controllers before it. Workers hold models under the ids that a reign gave, and gateways go on
 * using these ids until they have heard of the next one; so no two reigns may give the same.
 *
 * @param term larger than that of every reign before; part of every action
 * @param firstModel the first of {@link #MODELS} ids that this reign may give
 */
public record Reign(long term, ModelId firstModel) {
  /** Ids for each reign: a hundred times as many models as may be registered at once. */
  public static final int MODELS = 1_000_000;

  /** Ids are used again after so many reigns, by when nobody has one of the first any more. */
  private static final int REIGNS = 2_000;

  public Reign {
    if (firstModel.value() % MODELS != 0) {
      throw new IllegalArgumentException(
          "the ids of a reign begin at a multiple of %d, not at %s".formatted(MODELS, firstModel));
    }
  }

  /**
   * @param number of the reign in this cluster's life, from 0
   */
  public static Reign of(long term, long number) {
    return new Reign(term, new ModelId((int) Math.floorMod(number, (long) REIGNS) * MODELS));
  }

  /** The first of a cluster, or the only one. */
  public static Reign first(long term) {
    return of(term, 0);
  }

  /** The id of the model that is registered as so many before it in this reign. */
  ModelId model(int before) {
    return new ModelId(firstModel.value() + before % MODELS);
  }

  /** Whether this reign, and none before it, gives that id. */
  boolean gives(ModelId model) {
    return model.value() / MODELS == firstModel.value() / MODELS;
  }
}
