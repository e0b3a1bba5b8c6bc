package org.clockwork.core.scheduler;

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

/** Models are wanted, registered on every worker that has their files, served, and withdrawn. */
final class Registry {
  private final Reign reign;
  private final SchedulerConfig config;
  private final Fleet fleet;
  private final Requests requests;
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
      Requests requests,
      Books books,
      Policy policy,
      Model.Expiry whenHeadExpires) {
    this.reign = reign;
    this.config = config;
    this.fleet = fleet;
    this.requests = requests;
    this.books = books;
    this.policy = policy;
    this.whenHeadExpires = whenHeadExpires;
  }

  /**
   * What a joining worker holds is used if it is registered here, and taken over if it was
   * registered by a controller before this one. Anything else is in the way of what will be asked
   * for.
   */
  void hosted(Host host, HostedModel hosted, boolean joins, long now) {
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

  /** Registers the model there unless it is; false where the worker has no files of it. */
  boolean askFor(Host host, Weights model, long now) {
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
    if (!model.homeless() || model.unwanted) {
      return;
    }
    refuseAll(model, reason, now);
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
    if (model.gone() && model.homeless()) {
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

  /** Says what has become of models that lost a worker. */
  void settle(Set<Weights> affected, long now) {
    for (Weights model : affected) {
      if (model.gone()) {
        withdrawIfIdle(model, now);
        forgetIfWithdrawn(model);
      } else if (model.homeless()) {
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
    String reason = model.whyHomeless();
    refuseAll(model, reason, now);
    unavailable(model.name(), reason);
  }

  private void refuseAll(Weights model, String reason, long now) {
    for (Pending request : model.waiting()) {
      requests.refuse(request, RefusalCause.NO_CAPACITY, reason, 0, now);
    }
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
