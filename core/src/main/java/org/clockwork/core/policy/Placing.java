package org.clockwork.core.policy;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Weights;

/**
 * Loads models as soon as they can be, for policies that schedule nothing: weights go where pages
 * are free, and nobody is unloaded for anybody.
 */
final class Placing {
  /** Models looked at in one decision; the others have their turn in the next. */
  private static final int REACH = 8;

  private final Board board;
  private final Spread spread;
  private final SequencedSet<Gpu> gpus = new LinkedHashSet<>();

  /** Models that are not where they should be, the one looked at longest ago first. */
  private final SequencedSet<Weights> homeless = new LinkedHashSet<>();

  /** On how many GPUs a model is to be. */
  enum Spread {
    ONE_GPU,
    ALL_GPUS
  }

  Placing(Board board, Spread spread) {
    this.board = board;
    this.spread = spread;
  }

  /** The GPU is there and may have room. */
  void room(Gpu gpu, long now) {
    if (!gpu.gone() && gpus.add(gpu) && spread == Spread.ALL_GPUS) {
      // Whoever is everywhere else is to be there, too.
      for (Gpu other : gpus) {
        other.leastRecentlyUsed().forEach(residence -> homeless.add(residence.weights()));
      }
    }
    for (int looked = Math.min(REACH, homeless.size()); looked > 0; looked--) {
      place(homeless.removeFirst(), now);
    }
  }

  void left(Gpu gpu) {
    gpus.remove(gpu);
  }

  /** The model has lost a place. It gets another one later: its UNLOAD may not have left yet. */
  void evicted(Weights model) {
    homeless.add(model);
  }

  void forget(Weights model) {
    homeless.remove(model);
  }

  /** Loads the model wherever it should be and can be. */
  void place(Weights model, long now) {
    if (model.gone()) {
      return;
    }
    boolean settled =
        switch (spread) {
          case ONE_GPU -> placeOnOne(model, now);
          case ALL_GPUS -> placeOnAll(model, now);
        };
    if (!settled) {
      homeless.addLast(model);
    }
  }

  /** On the GPU with the most pages free, the one that came first among equals. */
  private boolean placeOnOne(Weights model, long now) {
    if (!model.residences().isEmpty()) {
      return true;
    }
    Gpu best = null;
    for (Gpu gpu : gpus) {
      if (fits(gpu, model, now) && (best == null || gpu.freePages() > best.freePages())) {
        best = gpu;
      }
    }
    if (best != null) {
      board.load(best, model, now);
    }
    return best != null;
  }

  private boolean placeOnAll(Weights model, long now) {
    for (Gpu gpu : gpus) {
      if (fits(gpu, model, now)) {
        board.load(gpu, model, now);
      }
    }
    return !gpus.isEmpty() && model.residences().size() >= gpus.size();
  }

  private static boolean fits(Gpu gpu, Weights model, long now) {
    return !gpu.gone() && gpu.couldLoad(model, now) && model.pagesOn(gpu) <= gpu.freePages();
  }
}
