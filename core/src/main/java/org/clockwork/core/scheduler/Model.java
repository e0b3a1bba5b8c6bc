package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.core.heap.Heap;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;

/** A registered model: who waits for it, where it is, how long it takes. */
public final class Model extends Notes.Bearer {
  /**
   * Doubts about estimates are this far apart: losses come in crowds and are one reason to doubt.
   */
  private static final long DOUBT_NANOS = 1_000_000_000;

  private final ModelId id;
  private final String name;
  private final String source;
  private final Map<String, Estimates> estimates = new LinkedHashMap<>();

  /** The same estimates, to go through. */
  private Estimates[] kinds = {};

  private final RequestQueue queue = new RequestQueue();
  private final Heap.Slot<Model> wanting;
  private Optional<ModelSpec> spec = Optional.empty();
  private int gpusInReach;
  private long nextDoubtNanos = Long.MIN_VALUE;

  final List<Replica> replicas = new ArrayList<>();
  final Set<Host> hosts = new LinkedHashSet<>();

  /** Workers that were asked to register it and haven't answered. */
  int registering;

  /** INFERs sent and not ended, on all GPUs. */
  int infers;

  long arrivals;
  long departures;
  boolean keepWarm;
  boolean unwanted;

  /** That a worker found, where it found no model of its name; 0 where none did. */
  long highestVersion;

  final Timers.Timer expiry;

  Model(ModelId id, String name, String source, Timers timers, Expiry whenHeadExpires) {
    this.id = id;
    this.name = name;
    this.source = source;
    this.wanting = new Heap.Slot<>(this, id.value());
    this.expiry = timers.timer(now -> headMayHaveExpired(whenHeadExpires, now));
  }

  /** Called when the deadline of the first queued request has passed. */
  interface Expiry {
    void expired(Model model, long now);
  }

  public ModelId id() {
    return id;
  }

  public String name() {
    return name;
  }

  /** Name in the model repository. */
  public String source() {
    return source;
  }

  /** Known once one worker has registered it. */
  public Optional<ModelSpec> spec() {
    return spec;
  }

  /** Requests that wait for it. */
  public RequestQueue queue() {
    return queue;
  }

  /** Where it is, or is on its way to; the longest held first. */
  public List<Replica> replicas() {
    return Collections.unmodifiableList(replicas);
  }

  /** How many GPUs could load it, or have. */
  public int gpusInReach() {
    return gpusInReach;
  }

  /** Calls for each GPU that could load it, or has. */
  public void eachGpuInReach(Consumer<Gpu> action) {
    for (Host host : hosts) {
      host.gpus.forEach(action);
    }
  }

  /** Its place among the models that want a LOAD; kept by the policy. */
  public Heap.Slot<Model> wanting() {
    return wanting;
  }

  /** To be on a GPU whenever pages allow. */
  public boolean keepWarm() {
    return keepWarm;
  }

  /** Nobody wants it and nobody waits for it: nothing is to be done for it any more. */
  public boolean gone() {
    return unwanted && queue.isEmpty();
  }

  public boolean runsOn(Gpu gpu) {
    return estimates.containsKey(gpu.spec().kind());
  }

  public Estimates estimatesOn(Gpu gpu) {
    return Optional.ofNullable(estimates.get(gpu.spec().kind()))
        .orElseThrow(() -> new IllegalStateException(this + " has no profile for " + gpu));
  }

  /** One entry for each kind of device that can run it. */
  public Iterable<Estimates> estimates() {
    return List.of(kinds);
  }

  /** Shortest time, on any kind of device, of a batch that takes so many rows. */
  public long shortestExecNanos(int rows) {
    long shortest = Long.MAX_VALUE;
    for (Estimates each : kinds) {
      if (each.largestBatch() >= rows) {
        shortest = Math.min(shortest, each.execNanosForRows(rows));
      }
    }
    return shortest;
  }

  /** Time of its smallest batch where that takes longest. */
  public long smallestExecNanos() {
    long longest = 0;
    for (Estimates each : kinds) {
      longest = Math.max(longest, each.execNanos(0));
    }
    return longest;
  }

  public long shortestLoadNanos() {
    long shortest = Long.MAX_VALUE;
    for (Estimates each : kinds) {
      shortest = Math.min(shortest, each.loadNanos());
    }
    return shortest;
  }

  public int largestBatch() {
    int largest = 0;
    for (Estimates each : kinds) {
      largest = Math.max(largest, each.largestBatch());
    }
    return largest;
  }

  /** Whether some GPU holds it now. */
  public boolean warm() {
    for (Replica replica : replicas) {
      if (replica.resident()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A request was turned away or lost although nothing of the model was running: perhaps the
   * estimates are wrong, and nothing would ever set them right.
   */
  void doubtEstimates(long now) {
    if (infers == 0 && now >= nextDoubtNanos) {
      nextDoubtNanos = now + DOUBT_NANOS;
      for (Estimates each : kinds) {
        each.doubt();
      }
    }
  }

  void hostedBy(Host host, HostedModel hosted, SchedulerConfig config) {
    spec = Optional.of(hosted.spec());
    for (Map.Entry<String, Profile> profile : hosted.profiles().entrySet()) {
      // What was measured here stays: a second worker of the kind brings its first guess only.
      estimates.computeIfAbsent(
          profile.getKey(), kind -> new Estimates(profile.getValue(), config));
    }
    kinds = estimates.values().toArray(Estimates[]::new);
    if (hosts.add(host)) {
      gpusInReach += host.gpus.size();
    }
    host.models.add(this);
  }

  /** It is no longer in the host's memory. */
  void leaves(Host host) {
    if (hosts.remove(host)) {
      gpusInReach -= host.gpus.size();
    }
    host.models.remove(this);
  }

  private void headMayHaveExpired(Expiry whenHeadExpires, long now) {
    if (queue.isEmpty()) {
      return;
    }
    if (queue.first().deadlineNanos() <= now) {
      whenHeadExpires.expired(this, now);
    }
    queue.head().ifPresent(head -> expiry.setNoLaterThan(head.deadlineNanos()));
  }

  void queue(Pending pending) {
    pending.state = Pending.State.QUEUED;
    queue.add(pending);
    expiry.setNoLaterThan(pending.deadlineNanos());
  }

  /** Leaves the alarm: one that goes off for nothing costs less than to move it every time. */
  void unqueue(Pending pending) {
    queue.remove(pending);
  }

  @Override
  public String toString() {
    return id + " '" + name + "'";
  }
}
