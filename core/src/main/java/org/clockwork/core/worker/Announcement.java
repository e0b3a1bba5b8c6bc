package org.clockwork.core.worker;

import java.util.List;
import java.util.Set;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;

/**
 * What a worker says of itself when it joins and whenever that changes. What it doesn't say it
 * doesn't have: residency from before counts for nothing.
 *
 * @param node the process that it runs in; the same worker from another node has lost what it had
 * @param sources models of its repository that it could host
 * @param hosted models already in its host memory, under the id that a controller gave, this one or
 *     one before it
 * @param resident per GPU, the models whose weights are in that GPU's pages, or are on their way
 */
public record Announcement(
    WorkerId worker,
    NodeId node,
    List<DeviceSpec> gpus,
    List<Source> sources,
    List<HostedModel> hosted,
    List<Set<ModelId>> resident) {
  public Announcement {
    gpus = List.copyOf(gpus);
    sources = List.copyOf(sources);
    hosted = List.copyOf(hosted);
    resident = resident.stream().map(Set::copyOf).toList();
    if (resident.size() != gpus.size()) {
      throw new IllegalArgumentException(
          "worker %s announces %d GPUs but residency of %d"
              .formatted(worker, gpus.size(), resident.size()));
    }
  }

  /**
   * A model that the worker could host.
   *
   * @param served registered without being asked for, in this many copies; 0 waits to be asked
   * @param keepWarm loaded on at least one GPU whenever pages allow
   */
  public record Source(String name, int served, boolean keepWarm) {}
}
