package org.clockwork.benchmarks.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.Zoo;

/**
 * Who asks for what: copies of all kinds of the zoo, a few of them asked for all the time and most
 * of them hardly ever, as functions are in Azure's published traces.
 *
 * @param models the most asked for first
 */
record Mix(List<Asked> models) {
  /** The most asked-for of 4,000 gets a fifth of the requests, the colder half together 3 %. */
  private static final double SKEW = 1.2;

  /** The published GPU: 1,376 pages. */
  private static final int PUBLISHED_PAGES = 1376;

  /** One model and the fraction of the requests that are for it. */
  record Asked(Measured kind, double share) {
    int pages() {
      return kind.profile().pages();
    }
  }

  static Mix of(int count, Random random) {
    List<Measured> kinds = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      kinds.add(Zoo.models().get(i % Zoo.models().size()));
    }
    Collections.shuffle(kinds, random);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weight(i);
    }
    List<Asked> models = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      models.add(new Asked(kinds.get(i), weight(i) / sum));
    }
    return new Mix(List.copyOf(models));
  }

  private static double weight(int place) {
    return Math.pow(place + 1, -SKEW);
  }

  /** Mean EXEC time of a request in the largest full batch of its model. */
  double execNanos() {
    double nanos = 0;
    for (Asked model : models) {
      var largest = model.kind().profile().execNanos().lastEntry();
      nanos += model.share() * largest.getValue() / largest.getKey();
    }
    return nanos;
  }

  /**
   * GPUs that together have pages for half of the models, so that there is always one to load and
   * one to unload; at least for two models each, at most the published size.
   */
  DeviceSpec gpu(int gpus) {
    int all = models.stream().mapToInt(Asked::pages).sum();
    int largest = models.stream().mapToInt(Asked::pages).max().orElseThrow();
    int pages = Math.min(PUBLISHED_PAGES, Math.max(2 * largest, all / 2 / gpus));
    return new DeviceSpec("simulated", DeviceSpec.PAGE_BYTES, pages, false, 64);
  }
}
