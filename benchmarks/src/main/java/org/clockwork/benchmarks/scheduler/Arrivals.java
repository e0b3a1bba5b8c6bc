package org.clockwork.benchmarks.scheduler;

import java.util.Arrays;
import java.util.Random;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;

/**
 * Poisson arrivals of single requests, for models drawn by their share in the mix. Drawn beforehand
 * and played in a circle, so that chance costs nothing while the scheduler is measured.
 */
final class Arrivals {
  private static final int DRAWN = 1 << 18;
  private static final long SLO_NANOS = 100_000_000;
  private static final GatewayId GATEWAY = new GatewayId("gateway");

  private final ModelId[] models = new ModelId[DRAWN];
  private final long[] gapsNanos = new long[DRAWN];
  private long count;
  private long nextNanos;

  Arrivals(Mix mix, double perSecond, Random random) {
    double[] upTo = mix.models().stream().mapToDouble(Mix.Asked::share).toArray();
    Arrays.parallelPrefix(upTo, Double::sum);
    ModelId[] ids = new ModelId[upTo.length];
    Arrays.setAll(ids, ModelId::new);
    for (int i = 0; i < DRAWN; i++) {
      int at = Arrays.binarySearch(upTo, random.nextDouble());
      models[i] = ids[Math.min(at < 0 ? -at - 1 : at, ids.length - 1)];
      gapsNanos[i] = (long) (-Math.log(1 - random.nextDouble()) * 1e9 / perSecond);
    }
  }

  void beginAt(long nanos) {
    nextNanos = nanos;
  }

  /** When the next request comes. */
  long nextNanos() {
    return nextNanos;
  }

  Request next() {
    int at = (int) (count % DRAWN);
    Request request =
        new Request(
            new RequestId(GATEWAY, count++),
            models[at],
            1,
            nextNanos,
            SLO_NANOS,
            0,
            Request.DEFAULT_TENANT,
            0,
            new Input.Generated());
    nextNanos += gapsNanos[at];
    return request;
  }
}
