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
  private final Map<Model, Replica> replicas = new HashMap<>();
  private final SequencedSet<Replica> leastRecentlyUsed = new LinkedHashSet<>();
  private final Map<Model, Long> barredUntilNanos = new HashMap<>();
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
    return Optional.ofNullable(replicas.get(model));
  }

  public boolean has(Model model) {
    return replicas.containsKey(model);
  }

  /** Whether a LOAD of the model could be sent, pages aside. */
  public boolean couldLoad(Model model, long now) {
    return host.holds(model)
        && model.runsOn(this)
        && !has(model)
        && now >= barredUntilNanos.getOrDefault(model, Long.MIN_VALUE);
  }

  /** Its replicas, the one longest unused first. */
  public SequencedSet<Replica> leastRecentlyUsed() {
    return Collections.unmodifiableSequencedSet(leastRecentlyUsed);
  }

  /** A LOAD of the model failed here: it is not tried again for a while. */
  void bar(Model model, long now) {
    barredUntilNanos.put(model, now + BARRED_NANOS);
  }

  /** The model is withdrawn, or loaded after all. */
  void unbar(Model model) {
    barredUntilNanos.remove(model);
  }

  void add(Replica replica) {
    freePages -= replica.pages();
    if (freePages < 0) {
      throw new IllegalStateException(
          "%s on %s takes %d pages, %d more than are free"
              .formatted(replica.model(), id, replica.pages(), -freePages));
    }
    replicas.put(replica.model(), replica);
    leastRecentlyUsed.addLast(replica);
    replica.model().replicas.add(replica);
  }

  void remove(Replica replica) {
    replica.state = Replica.State.GONE;
    candidates.remove(replica.candidate());
    replicas.remove(replica.model());
    leastRecentlyUsed.remove(replica);
    replica.model().replicas.remove(replica);
    freePages += replica.pages();
  }

  void used(Replica replica) {
    leastRecentlyUsed.addLast(replica);
  }

  void leave() {
    gone = true;
  }

  @Override
  public String toString() {
    return id.toString();
  }
}
