package org.clockwork.worker;

import java.nio.file.Path;
import java.util.Optional;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.worker.WorkerConfig;

/**
 * Everything that an operator can set of a worker.
 *
 * @param id part of its bus address and of every line about it; without one, the first of W0, W1
 *     and so on that no other worker of the cluster has
 * @param modelRepository the folder of models ({@code CLOCKWORK_MODEL_DIR}); without one the worker
 *     offers the simulated zoo alone
 * @param profileCache where measured profiles go when the repository can't be written; without one,
 *     into the user's cache
 * @param summarySeconds between two summaries: 10, as published; 0 prints none
 */
public record WorkerNodeConfig(
    Optional<WorkerId> id,
    Optional<Path> modelRepository,
    Optional<Path> profileCache,
    DevicesConfig devices,
    WorkerConfig bounds,
    int summarySeconds) {
  public static final WorkerNodeConfig DEFAULT =
      new WorkerNodeConfig(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          DevicesConfig.DEFAULT,
          WorkerConfig.DEFAULT,
          10);

  public WorkerNodeConfig {
    if (summarySeconds < 0) {
      throw new IllegalArgumentException(
          "summarySeconds=" + summarySeconds + " must not be negative; 0 prints no summary");
    }
  }

  public WorkerNodeConfig named(WorkerId other) {
    return new WorkerNodeConfig(
        Optional.of(other), modelRepository, profileCache, devices, bounds, summarySeconds);
  }

  public WorkerNodeConfig serving(Path repository) {
    return new WorkerNodeConfig(
        id, Optional.of(repository), profileCache, devices, bounds, summarySeconds);
  }

  public WorkerNodeConfig with(DevicesConfig other) {
    return new WorkerNodeConfig(id, modelRepository, profileCache, other, bounds, summarySeconds);
  }

  public WorkerNodeConfig summarizingEvery(int seconds) {
    return new WorkerNodeConfig(id, modelRepository, profileCache, devices, bounds, seconds);
  }
}
