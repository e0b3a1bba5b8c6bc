package org.clockwork.experiments;

import java.util.List;
import java.util.SequencedMap;
import org.clockwork.core.device.ModelSource.Measured;

/**
 * What nobody can exceed in one point of an experiment, whatever policy, on the common ground.
 *
 * @param because how it comes to that, for people
 */
public record Bound(SequencedMap<String, Value> where, String column, double most, String because) {
  private static final double SECOND_NANOS = 1e9;

  /** {@code goodput_per_s at gpus=150}. */
  public String about() {
    return Target.about(column, where);
  }

  /** Whether it is about this figure, and below it. */
  public boolean forbids(SequencedMap<String, Value> point, String figure, double wanted) {
    return about().equals(Target.about(figure, point)) && wanted > most;
  }

  /** What so many GPUs execute of these kinds, asked for alike, in the batches that do most. */
  static Bound executing(
      SequencedMap<String, Value> where, String column, int gpus, List<Measured> kinds) {
    double most = gpus * perSecond(kinds);
    return new Bound(
        where,
        column,
        most,
        "%d GPUs, each %s requests a second of %s in the batches that get most done"
            .formatted(
                gpus,
                Value.of(perSecond(kinds)).text(),
                kinds.size() == 1
                    ? kinds.getFirst().name()
                    : "%d kinds of model asked for alike".formatted(kinds.size())));
  }

  /** Requests per second that one GPU executes of these kinds, asked for alike. */
  static double perSecond(List<Measured> kinds) {
    return SECOND_NANOS / kinds.stream().mapToDouble(Bound::nanosEach).average().orElseThrow();
  }

  /** Of one request's execution, in the batch where that is least. */
  private static double nanosEach(Measured model) {
    return model.profile().execNanos().entrySet().stream()
        .mapToDouble(exec -> exec.getValue() / (double) exec.getKey())
        .min()
        .orElseThrow();
  }

  /** LOADs per second that one GPU makes of these kinds one after the other, asked for alike. */
  static double loadsPerSecond(List<Measured> kinds) {
    return SECOND_NANOS
        / kinds.stream().mapToDouble(kind -> kind.profile().loadNanos()).average().orElseThrow();
  }
}
