package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.worker.Announcement;

/** Workers join, say anew what they have, and leave. */
final class ComingAndGoing {
  private static final Comparator<Announcement.Source> BY_NAME =
      Comparator.comparing(Announcement.Source::name);

  private final Fleet fleet;
  private final Requests requests;
  private final Books books;
  private final Registry registry;
  private final Policy policy;

  ComingAndGoing(Fleet fleet, Requests requests, Books books, Registry registry, Policy policy) {
    this.fleet = fleet;
    this.requests = requests;
    this.books = books;
    this.registry = registry;
    this.policy = policy;
  }

  void announced(Announcement announcement, long now) {
    var known = fleet.host(announcement.worker());
    if (known.isPresent() && !isTheSame(known.get(), announcement)) {
      left(known.get(), now);
      known = fleet.host(announcement.worker());
    }
    boolean joins = known.isEmpty();
    Host host = known.orElseGet(() -> fleet.join(announcement, books.newLink(), books.newDelays()));
    host.sources.clear();
    for (Announcement.Source source : announcement.sources()) {
      host.sources.put(source.name(), source);
    }
    for (HostedModel hosted : announcement.hosted()) {
      registry.hosted(host, hosted, joins, now);
    }
    if (joins) {
      takeOver(host, announcement, now);
      for (Gpu gpu : host.gpus()) {
        policy.room(gpu, now);
      }
    }
    askFor(host, joins, now);
  }

  /** A worker that was started anew under its name has lost all that it was told and had. */
  private static boolean isTheSame(Host host, Announcement announcement) {
    return !host.retired
        && host.node().equals(announcement.node())
        && host.gpus().stream().map(Gpu::spec).toList().equals(announcement.gpus());
  }

  /** What a joining worker has on its GPUs already is used from now on. */
  private void takeOver(Host host, Announcement announcement, long now) {
    for (Gpu gpu : host.gpus()) {
      for (Weights model : fleet.residents(announcement, gpu.id().index())) {
        if (model.runsOn(gpu) && host.holds(model)) {
          Residence residence = new Residence(model, gpu);
          residence.came();
          gpu.add(residence);
          for (Replica replica : residence.replicas()) {
            policy.resident(replica, now);
          }
        }
      }
    }
  }

  /**
   * Registers what the worker has the files of and doesn't hold; and where it joins, what it wants
   * served: what was unloaded since is not served again because a worker says something new.
   */
  private void askFor(Host host, boolean joins, long now) {
    for (Announcement.Source source : host.sources.values().stream().sorted(BY_NAME).toList()) {
      for (int copy = 1; joins && copy <= source.served(); copy++) {
        String name = copy == 1 ? source.name() : source.name() + "#" + copy;
        if (fleet.model(name).isEmpty()) {
          registry.wanted(name, source.name(), now);
        }
      }
    }
    for (Weights model : fleet.models()) {
      if (!model.unwanted) {
        registry.askFor(host, model, now);
      }
    }
  }

  /** The worker shuts down: it ends what it has accepted, but gets nothing new. */
  void retires(Host host, long now) {
    if (!host.retired) {
      registry.settle(release(host, now), now);
    }
  }

  void left(Host host, long now) {
    fleet.leave(host);
    List<Outstanding> lost = new ArrayList<>(host.outstanding.values());
    host.outstanding.clear();
    // First the books without the worker, then its requests: they must not be sent there again.
    Set<Weights> affected = release(host, now);
    for (Outstanding action : lost) {
      switch (action) {
        case Outstanding.Infer infer -> {
          infer.replica().model().infers--;
          for (Pending request : infer.requests()) {
            requests.retry(request, now);
          }
        }
        case Outstanding.Register register -> {
          register.model().registering--;
          affected.add(register.model());
        }
        case Outstanding.Load _, Outstanding.Unload _, Outstanding.Withdraw _ -> {}
      }
    }
    registry.settle(affected, now);
  }

  /** Nothing can be loaded or run there any more; the answer is whom that concerns. */
  private Set<Weights> release(Host host, long now) {
    host.retired = true;
    Set<Weights> affected = new LinkedHashSet<>(host.weights);
    affected.forEach(model -> model.leaves(host));
    for (Gpu gpu : host.gpus()) {
      gpu.leave();
      for (Residence residence : List.copyOf(gpu.leastRecentlyUsed())) {
        books.evict(residence, now);
      }
      policy.left(gpu, now);
    }
    return affected;
  }
}
