package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.worker.Announcement;

/** Who is there: workers with their GPUs, models with their names. */
final class Fleet {
  private final SequencedMap<WorkerId, Host> hosts = new LinkedHashMap<>();
  private final SequencedMap<ModelId, Weights> models = new LinkedHashMap<>();
  private final Map<String, Weights> byName = new LinkedHashMap<>();
  private long gpusEver;

  Optional<Host> host(WorkerId id) {
    return Optional.ofNullable(hosts.get(id));
  }

  Iterable<Host> hosts() {
    return hosts.values();
  }

  Optional<Weights> model(ModelId id) {
    return Optional.ofNullable(models.get(id));
  }

  Optional<Weights> model(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  int modelCount() {
    return models.size();
  }

  Iterable<Weights> models() {
    return models.values();
  }

  void add(Weights model) {
    models.put(model.id(), model);
    byName.put(model.name(), model);
  }

  void remove(Weights model) {
    models.remove(model.id());
    byName.remove(model.name(), model);
  }

  Host join(Announcement announcement, InputLink inputs, Delays delays) {
    Host host = new Host(announcement.worker(), announcement.node(), inputs, delays);
    for (int index = 0; index < announcement.gpus().size(); index++) {
      GpuId id = new GpuId(announcement.worker(), index);
      host.gpus.add(new Gpu(id, host, announcement.gpus().get(index), gpusEver++));
    }
    hosts.put(host.id(), host);
    return host;
  }

  void leave(Host host) {
    hosts.remove(host.id());
  }

  /** What the worker says is resident, in the order of ids, so that equal news give equal books. */
  List<Weights> residents(Announcement announcement, int gpu) {
    Set<ModelId> resident = announcement.resident().get(gpu);
    List<Weights> known = new ArrayList<>();
    resident.stream().sorted().forEach(id -> model(id).ifPresent(known::add));
    return known;
  }
}
