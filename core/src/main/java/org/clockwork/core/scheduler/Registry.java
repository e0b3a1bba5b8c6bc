package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelName;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.worker.Announcement;

/**
 * Sees to it that workers and models find each other: workers join, say anew what they have, and
 * leave; models are wanted, registered on every worker that has their files, and withdrawn.
 */
final class Registry {
  private static final Comparator<Announcement.Source> BY_NAME =
      Comparator.comparing(Announcement.Source::name);

  private final Reign reign;
  private final SchedulerConfig config;
  private final Fleet fleet;
  private final Books books;
  private final Policy policy;
  private final Model.Expiry whenHeadExpires;
  private int modelsEver;

  /** Unwanted models whose last requests are still to be answered. */
  private final Set<Weights> leaving = new LinkedHashSet<>();

  /**
   * Models of earlier reigns that were taken over and withdrawn since; a worker that hung meanwhile
   * may still hold them. No more than were held by workers when this reign began.
   */
  private final Set<ModelId> done = new HashSet<>();

  Registry(
      Reign reign,
      SchedulerConfig config,
      Fleet fleet,
      Books books,
      Policy policy,
      Model.Expiry whenHeadExpires) {
    this.reign = reign;
    this.config = config;
    this.fleet = fleet;
    this.books = books;
    this.policy = policy;
    this.whenHeadExpires = whenHeadExpires;
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
      hosted(host, hosted, joins, now);
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

  /**
   * What a joining worker holds is used if it is registered here, and taken over if it was
   * registered by a controller before this one. Anything else is in the way of what will be asked
   * for.
   */
  private void hosted(Host host, HostedModel hosted, boolean joins, long now) {
    var known = fleet.model(hosted.id()).filter(model -> model.name().equals(hosted.spec().name()));
    if (known.isPresent() && !known.get().unwanted) {
      host(host, known.get(), hosted, now);
    } else if (joins && known.isEmpty() && canBeTakenOver(hosted)) {
      Weights model = model(hosted.id(), hosted.spec().name(), hosted.spec().source());
      fleet.add(model);
      host(host, model, hosted, now);
    } else if (joins) {
      books.withdraw(host, hosted.id(), now);
    }
  }

  private boolean canBeTakenOver(HostedModel hosted) {
    return !reign.gives(hosted.id())
        && !done.contains(hosted.id())
        && fleet.model(hosted.id()).isEmpty()
        && fleet.model(hosted.spec().name()).isEmpty()
        && fleet.modelCount() < config.maxModels();
  }

  /** Whether the model was taken over from a controller before and has been withdrawn since. */
  boolean isOver(ModelId model) {
    return done.contains(model);
  }

  private Weights model(ModelId id, String name, String source) {
    return new Weights(id, name, source, books.timers(), whenHeadExpires);
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
          wanted(name, source.name(), now);
        }
      }
    }
    for (Weights model : fleet.models()) {
      if (!model.unwanted) {
        askFor(host, model, now);
      }
    }
  }

  private boolean askFor(Host host, Weights model, long now) {
    Announcement.Source source = host.sources.get(model.source());
    if (source == null || host.retired) {
      return false;
    }
    model.keepWarm |= source.keepWarm();
    if (!host.holds(model) && host.asked.add(model)) {
      books.register(host, model, now);
    }
    return true;
  }

  void wanted(String name, String source, long now) {
    var known = fleet.model(name);
    if (known.isPresent() && known.get().unwanted) {
      unavailable(name, known.get() + " is being withdrawn; ask again once it has gone");
      return;
    }
    if (known.isPresent()) {
      publishReady(known.get());
      return;
    }
    if (fleet.modelCount() >= config.maxModels()) {
      unavailable(
          name,
          "%d models are registered, as many as may be (maxModels); unload one"
              .formatted(fleet.modelCount()));
      return;
    }
    Weights model = model(reign.model(modelsEver++), name, source);
    fleet.add(model);
    boolean asked = false;
    for (Host host : fleet.hosts()) {
      asked |= askFor(host, model, now);
    }
    if (asked) {
      books.out().publish(new ModelStatus.Registering(model.id(), name));
    } else if (!askEverybody(model, now)) {
      fleet.remove(model);
      unavailable(name, "no worker has a model '" + source + "' in its repository");
    }
  }

  /**
   * Its files may have come since the workers said what they have: they look once more. Until one
   * has found it there is no model of that name to speak of.
   */
  private boolean askEverybody(Weights model, long now) {
    boolean asked = false;
    for (Host host : fleet.hosts()) {
      if (!host.retired) {
        host.asked.add(model);
        books.register(host, model, now);
        asked = true;
      }
    }
    return asked;
  }

  void registered(Outstanding.Register register, Outcome outcome, long now) {
    Weights model = register.model();
    model.registering--;
    register.host().asked.remove(model);
    if (outcome instanceof Outcome.Registered done) {
      if (model.unwanted) {
        books.withdraw(register.host(), model.id(), now);
      } else if (register.host().retired) {
        settle(Set.of(model), now); // It shuts down; what it holds is of no use any more.
      } else {
        host(register.host(), model, done.model(), now);
      }
    } else if (outcome instanceof Outcome.Versioned(_, long highest, _)) {
      model.highestVersion = Math.max(model.highestVersion, highest);
      forgetWhereNobodyTookIt(model, "model '%s' has versions".formatted(model.source()), now);
    } else if (outcome instanceof Outcome.Refused refused) {
      forgetWhereNobodyTookIt(model, refused.reason(), now);
    }
    forgetIfWithdrawn(model);
  }

  private void forgetWhereNobodyTookIt(Weights model, String reason, long now) {
    if (model.registering > 0 || !model.hosts.isEmpty() || model.unwanted) {
      return;
    }
    for (Pending request : model.waiting()) {
      books.refuse(request, RefusalCause.NO_CAPACITY, reason, 0, now);
    }
    forget(model);
    if (model.highestVersion > 0) {
      String highest = ModelName.of(model.source()).at(model.highestVersion).toString();
      books.out().publish(new ModelStatus.Versioned(model.name(), highest));
    } else {
      unavailable(model.name(), reason);
    }
  }

  private void host(Host host, Weights model, HostedModel hosted, long now) {
    if (!model.agreesWith(hosted)) {
      host.asked.add(model); // Once is enough.
      books.withdraw(host, model.id(), now);
      return;
    }
    boolean isNew = !host.holds(model);
    model.hostedBy(host, hosted, config).forEach(policy::forgotten);
    if (isNew) {
      publishReady(model);
      for (Model bucket : model.models()) {
        policy.hosted(bucket, host, now);
      }
    }
  }

  void unwanted(String name, long now) {
    var found = fleet.model(name);
    if (found.isEmpty()) {
      // Perhaps it is remembered as one that can't be served; whoever waits hears what it waits
      // for.
      books.out().publish(new ModelStatus.Gone(name));
      return;
    }
    Weights model = found.get();
    model.unwanted = true;
    leaving.add(model);
  }

  /** Takes unwanted models away for which nothing waits and nothing runs any more. */
  void withdrawIdle(long now) {
    if (!leaving.isEmpty()) {
      for (Weights model : List.copyOf(leaving)) {
        withdrawIfIdle(model, now);
      }
    }
  }

  private void withdrawIfIdle(Weights model, long now) {
    if (!model.gone() || !model.residences().stream().allMatch(Residence::idle)) {
      return;
    }
    leaving.remove(model);
    for (Residence residence : List.copyOf(model.residences())) {
      books.unload(residence, now);
    }
    for (Host host : List.copyOf(model.hosts)) {
      books.withdraw(host, model.id(), now);
      host.gpus.forEach(gpu -> gpu.unbar(model));
      model.leaves(host);
    }
    forgetIfWithdrawn(model);
  }

  private void forgetIfWithdrawn(Weights model) {
    if (model.gone() && model.registering == 0 && model.hosts.isEmpty()) {
      if (fleet.model(model.id()).isPresent()) {
        forget(model);
        books.out().publish(new ModelStatus.Gone(model.name()));
      }
    }
  }

  private void forget(Weights model) {
    fleet.remove(model);
    if (!reign.gives(model.id())) {
      done.add(model.id());
    }
    model.models().forEach(policy::forgotten);
  }

  /** The worker shuts down: it ends what it has accepted, but gets nothing new. */
  void retires(Host host, long now) {
    if (!host.retired) {
      settle(release(host, now), now);
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
            books.retry(request, now);
          }
        }
        case Outstanding.Register register -> {
          register.model().registering--;
          affected.add(register.model());
        }
        case Outstanding.Load _, Outstanding.Unload _, Outstanding.Withdraw _ -> {}
      }
    }
    settle(affected, now);
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

  /** Says what has become of models that lost a worker. */
  private void settle(Set<Weights> affected, long now) {
    for (Weights model : affected) {
      if (model.gone()) {
        withdrawIfIdle(model, now);
        forgetIfWithdrawn(model);
      } else if (model.hosts.isEmpty() && model.registering == 0) {
        homeless(model, now);
      } else if (!model.unwanted) {
        publishReady(model);
      }
    }
  }

  /**
   * Nobody holds the model any more; it keeps its name and waits for a worker that has its files.
   */
  private void homeless(Weights model, long now) {
    String reason = "the last worker that held " + model + " has left";
    for (Pending request : model.waiting()) {
      books.refuse(request, RefusalCause.NO_CAPACITY, reason, 0, now);
    }
    unavailable(model.name(), reason);
  }

  private void publishReady(Weights model) {
    if (model.hosts.isEmpty()) {
      books.out().publish(new ModelStatus.Registering(model.id(), model.name()));
      return;
    }
    model
        .spec()
        .ifPresent(
            spec ->
                books
                    .out()
                    .publish(
                        new ModelStatus.Ready(
                            model.id(),
                            spec,
                            model.smallestExecNanos(),
                            model.largestBatch(),
                            model.hosts.size())));
  }

  private void unavailable(String name, String reason) {
    books.out().publish(new ModelStatus.Unavailable(name, reason));
  }
}
