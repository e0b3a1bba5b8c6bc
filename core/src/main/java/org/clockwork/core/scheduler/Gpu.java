package org.clockwork.core.scheduler;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.heap.Heap;

/** One device as the scheduler knows it. */
public final class Gpu extends Notes.Bearer {
  /** Long enough that a device that can't load a model has time for those that it can. */
  private static final long BARRED_NANOS = 1_000_000_000;

  private final GpuId id;
  private final Host host;
  private final DeviceSpec spec;
  private final long ordinal;
  private final Timeline exec = new Timeline();
  private final Timeline load;
  private final Heap<Replica> candidates = new Heap<>();
  private final Map<Weights, Residence> residences = new HashMap<>();
  private final SequencedSet<Residence> leastRecentlyUsed = new LinkedHashSet<>();
  private final Map<Weights, Long> barredUntilNanos = new HashMap<>();
  private int freePages;
  private boolean gone;

  /**
   * @param ordinal counts the GPUs that ever joined; decides ties
   */
  Gpu(GpuId id, Host host, DeviceSpec spec, long ordinal) {
    this.id = id;
    this.host = host;
    this.spec = spec;
    this.ordinal = ordinal;
    this.load = spec.loadExcludesExec() ? exec : new Timeline();
    this.freePages = spec.pages();
  }

  public GpuId id() {
    return id;
  }

  public Host host() {
    return host;
  }

  public DeviceSpec spec() {
    return spec;
  }

  /** Orders GPUs where nothing else does. */
  public long ordinal() {
    return ordinal;
  }

  /** What its EXEC executor has to do. */
  public Timeline exec() {
    return exec;
  }

  /** What its LOAD executor has to do; the same timeline where LOAD and EXEC exclude each other. */
  public Timeline load() {
    return load;
  }

  /** Replicas with queued requests, most urgent first; kept by the policy. */
  public Heap<Replica> candidates() {
    return candidates;
  }

  public int freePages() {
    return freePages;
  }

  public boolean gone() {
    return gone;
  }

  public Optional<Replica> replica(Model model) {
    return Optional.ofNullable(residences.get(model.weights()))
        .map(residence -> residence.replicas().get(model.bucket()));
  }

  public boolean has(Weights weights) {
    return residences.containsKey(weights);
  }

  /** Whether a LOAD of the weights could be sent, pages aside. */
  public boolean couldLoad(Weights weights, long now) {
    return host.holds(weights)
        && weights.runsOn(this)
        && !has(weights)
        && now >= barredUntilNanos.getOrDefault(weights, Long.MIN_VALUE);
  }

  /** The weights on it, those longest unused first. */
  public SequencedSet<Residence> leastRecentlyUsed() {
    return Collections.unmodifiableSequencedSet(leastRecentlyUsed);
  }

  /** A LOAD of the weights failed here: it is not tried again for a while. */
  void bar(Weights weights, long now) {
    barredUntilNanos.put(weights, now + BARRED_NANOS);
  }

  /** The weights are withdrawn, or loaded after all. */
  void unbar(Weights weights) {
    barredUntilNanos.remove(weights);
  }

  void add(Residence residence) {
    freePages -= residence.pages();
    if (freePages < 0) {
      throw new IllegalStateException(
          "%s on %s takes %d pages, %d more than are free"
              .formatted(residence.weights(), id, residence.pages(), -freePages));
    }
    residences.put(residence.weights(), residence);
    leastRecentlyUsed.addLast(residence);
    residence.weights().residences.add(residence);
    for (Replica replica : residence.replicas()) {
      replica.model().replicas.add(replica);
    }
  }

  void remove(Residence residence) {
    residence.goes();
    residences.remove(residence.weights());
    leastRecentlyUsed.remove(residence);
    residence.weights().residences.remove(residence);
    for (Replica replica : residence.replicas()) {
      candidates.remove(replica.candidate());
      replica.model().replicas.remove(replica);
    }
    freePages += residence.pages();
  }

  void used(Residence residence) {
    leastRecentlyUsed.addLast(residence);
  }

  void leave() {
    gone = true;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
