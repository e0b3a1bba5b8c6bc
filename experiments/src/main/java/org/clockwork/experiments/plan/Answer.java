package org.clockwork.experiments.plan;

import java.util.Optional;
import org.clockwork.experiments.Figures;

/** What came of the search for a number of GPUs. */
public sealed interface Answer {

  /** That many are enough, and one less is not. */
  record Enough(Tried at, Optional<Tried> oneFewer) implements Answer {}

  /** Not even the largest number that was allowed is enough. */
  record TooFew(Tried most) implements Answer {}

  /** No number is enough, as could be told without trying. */
  record Hopeless(String reason) implements Answer {}

  /** One number that was tried. */
  record Tried(int gpus, Figures figures) {
    /** How much of their time GPUs executed. */
    public double executingFraction() {
      return figures.execSeconds() / (gpus * figures.seconds());
    }
  }

  /** The figures that it rests upon; none where nothing was tried. */
  default Optional<Tried> tried() {
    return switch (this) {
      case Enough enough -> Optional.of(enough.at());
      case TooFew tooFew -> Optional.of(tooFew.most());
      case Hopeless _ -> Optional.empty();
    };
  }
}
