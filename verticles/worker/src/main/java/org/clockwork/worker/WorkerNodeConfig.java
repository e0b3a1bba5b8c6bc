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
 */
public record WorkerNodeConfig(
    Optional<WorkerId> id,
    Optional<Path> modelRepository,
    Optional<Path> profileCache,
    DevicesConfig devices,
    WorkerConfig bounds) {
  public static final WorkerNodeConfig DEFAULT =
      new WorkerNodeConfig(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          DevicesConfig.DEFAULT,
          WorkerConfig.DEFAULT);

  public WorkerNodeConfig named(WorkerId other) {
    return new WorkerNodeConfig(Optional.of(other), modelRepository, profileCache, devices, bounds);
  }

  public WorkerNodeConfig serving(Path repository) {
    return new WorkerNodeConfig(id, Optional.of(repository), profileCache, devices, bounds);
  }

  public WorkerNodeConfig with(DevicesConfig other) {
    return new WorkerNodeConfig(id, modelRepository, profileCache, other, bounds);
  }
}
