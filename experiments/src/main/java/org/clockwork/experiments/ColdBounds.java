package org.clockwork.experiments;

import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.clockwork.core.device.ModelSource.Measured;

/**
 * What one GPU can serve of many models of one kind, of which most are not loaded, each asked for
 * by strangers at the same rate: hits, and a LOAD at a time for all the rest.
 *
 * @param models that are asked for alike
 * @param resident of them that fit beside everything else, the one that is being loaded included
 * @param perSecond requests to all of them together
 * @param waitingNanos so long a request can wait for its LOAD to begin, and be in time
 */
record ColdBounds(Measured kind, double models, int resident, double perSecond, long waitingNanos) {

  /** Which of them are resident makes no difference: all are asked for alike. */
  private double hitsPerSecond() {
    return perSecond * resident / models;
  }

  private double loadsPerSecond() {
    return Bound.loadsPerSecond(List.of(kind));
  }

  /** Requests for one model within the time that one of them can wait. */
  private double companions() {
    return perSecond / models * waitingNanos / 1e9;
  }

  /** Each LOAD serves the request that it is made for, and those that come until it begins. */
  double decidedAtArrival() {
    return hitsPerSecond() + loadsPerSecond() * (1 + companions());
  }

  /**
   * LOADs can be kept for models that are asked for once more meanwhile: beside one request for
   * each there are at most as many as come within the time that one before them can wait.
   */
  double held() {
    double cold = perSecond - hitsPerSecond();
    return hitsPerSecond() + loadsPerSecond() + cold * -Math.expm1(-companions());
  }

  List<Bound> bounds(SequencedMap<String, Value> where, String column) {
    String hits =
        String.format(
            Locale.ROOT,
            "%.1f/s find one of %d resident models of %.0f, %.1f LOADs/s serve one each",
            hitsPerSecond(),
            resident,
            models,
            loadsPerSecond());
    return List.of(
        new Bound(
            where,
            column,
            decidedAtArrival(),
            hits
                + String.format(
                    Locale.ROOT,
                    " and the %.3f that come while it waits; of those decided at arrival",
                    companions())),
        new Bound(
            where,
            column,
            held(),
            hits
                + String.format(
                    Locale.ROOT,
                    "; where all are held for the %.1f ms that they can wait, %.2f %% of the cold ones share a LOAD",
                    waitingNanos / 1e6,
                    100 * -Math.expm1(-companions()))));
  }
}
