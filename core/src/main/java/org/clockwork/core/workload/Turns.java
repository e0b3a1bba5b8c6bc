package org.clockwork.core.workload;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongToIntFunction;
import java.util.random.RandomGenerator;
import org.clockwork.core.workload.Workload.Spread;

/** Says which of a stream's models each request goes to. */
interface Turns {
  /** The model of the request that is due then; asked once for each, in ascending order. */
  String next(long elapsedNanos);

  /**
   * @param chance the stream's; models are drawn from a part of it, which no answer has any
   *     influence on
   */
  static Turns of(List<String> models, Spread spread, SplittableRandom chance) {
    return switch (spread) {
      case Spread.InTurn _ -> new Round(models);
      case Spread.Drawn _ -> new Drawn(models, _ -> models.size(), chance.split());
      case Spread.Growing growing ->
          new Drawn(models, elapsed -> growing.width(elapsed, models.size()), chance.split());
    };
  }

  /** One after the other. */
  final class Round implements Turns {
    private final List<String> models;
    private int turn;

    private Round(List<String> models) {
      this.models = models;
    }

    @Override
    public String next(long elapsedNanos) {
      String model = models.get(turn);
      turn = (turn + 1) % models.size();
      return model;
    }
  }

  /** Evenly among the first ones. */
  record Drawn(List<String> models, LongToIntFunction width, RandomGenerator chance)
      implements Turns {
    @Override
    public String next(long elapsedNanos) {
      return models.get(chance.nextInt(width.applyAsInt(elapsedNanos)));
    }
  }
}
