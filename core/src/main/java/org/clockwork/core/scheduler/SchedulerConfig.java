package org.clockwork.core.scheduler;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The scheduler's constants. Defaults are the published ones unless a reason is given.
 *
 * @param defaultSloNanos objective of a request without one: 100 ms
 * @param sloBufferNanos aims this long before the deadline: 5 ms
 * @param scheduleAheadNanos feeds a GPU while less than this is outstanding: 10 ms
 * @param latestDeltaNanos an action may begin this long after it was expected to: 10 ms, or more
 *     where a worker has just been later
 * @param loadHorizonNanos feeds a GPU's LOAD executor while less than this is outstanding: 25 ms
 * @param maxLagNanos a worker further behind its predictions gets no new work: 10 ms
 * @param maxExecNanos batches that take longer are not made: 250 ms
 * @param maxBatch largest batch made: 16 (8 in the published system)
 * @param controlLegNanos time that a message takes to a worker, until it was measured: 0.2 ms
 * @param maxQueuedPerModel requests of one model that may wait; the next is refused with cause
 *     queue: 10,000, some seconds of the fastest model
 * @param maxModels registered models: 10,000, two and a half times the largest published experiment
 * @param tenantWeights what is scarce is shared among tenants by weight; one that is not named here
 *     has weight 1
 * @param maxTenants tenants beside those with a weight of their own that are told apart at any
 *     time; those beyond share what one of weight 1 has: 256, so that working shares out stays
 *     below 1 % of the scheduler's time
 */
public record SchedulerConfig(
    long defaultSloNanos,
    long sloBufferNanos,
    long scheduleAheadNanos,
    long latestDeltaNanos,
    long loadHorizonNanos,
    long maxLagNanos,
    long maxExecNanos,
    int maxBatch,
    long controlLegNanos,
    int maxQueuedPerModel,
    int maxModels,
    SortedMap<String, Double> tenantWeights,
    int maxTenants) {
  public static final int MAX_TENANTS = 256;

  private static final long MILLIS = 1_000_000;

  public static final SchedulerConfig DEFAULT =
      new SchedulerConfig(
          100 * MILLIS,
          5 * MILLIS,
          10 * MILLIS,
          10 * MILLIS,
          25 * MILLIS,
          10 * MILLIS,
          250 * MILLIS,
          16,
          200_000,
          10_000,
          10_000);

  public SchedulerConfig {
    if (defaultSloNanos <= 0 || scheduleAheadNanos <= 0 || maxBatch < 1) {
      throw new IllegalArgumentException(
          "defaultSloNanos=%d, scheduleAheadNanos=%d and maxBatch=%d must be positive"
              .formatted(defaultSloNanos, scheduleAheadNanos, maxBatch));
    }
    if (maxTenants < 1) {
      throw new IllegalArgumentException("maxTenants=%d must be positive".formatted(maxTenants));
    }
    tenantWeights.forEach(
        (tenant, weight) -> {
          if (!(weight > 0) || weight.isInfinite()) {
            throw new IllegalArgumentException(
                "tenant '%s' needs a finite weight above 0, got %s".formatted(tenant, weight));
          }
        });
    tenantWeights = Collections.unmodifiableSortedMap(new TreeMap<>(tenantWeights));
  }

  /** All tenants weigh the same. */
  public SchedulerConfig(
      long defaultSloNanos,
      long sloBufferNanos,
      long scheduleAheadNanos,
      long latestDeltaNanos,
      long loadHorizonNanos,
      long maxLagNanos,
      long maxExecNanos,
      int maxBatch,
      long controlLegNanos,
      int maxQueuedPerModel,
      int maxModels) {
    this(
        defaultSloNanos,
        sloBufferNanos,
        scheduleAheadNanos,
        latestDeltaNanos,
        loadHorizonNanos,
        maxLagNanos,
        maxExecNanos,
        maxBatch,
        controlLegNanos,
        maxQueuedPerModel,
        maxModels,
        Collections.emptySortedMap(),
        MAX_TENANTS);
  }

  public SchedulerConfig withTenants(Map<String, Double> weights, int max) {
    return new SchedulerConfig(
        defaultSloNanos,
        sloBufferNanos,
        scheduleAheadNanos,
        latestDeltaNanos,
        loadHorizonNanos,
        maxLagNanos,
        maxExecNanos,
        maxBatch,
        controlLegNanos,
        maxQueuedPerModel,
        maxModels,
        new TreeMap<>(weights),
        max);
  }
}
