package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.core.heap.Heap;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;

/**
 * The weights of a registered model: who holds them in host memory, which GPUs they are on, whether
 * they are wanted. They are loaded and unloaded as one; to run, each bucket of the model is a
 * {@link Model} of its own.
 */
public final class Weights extends Notes.Bearer {
  private final ModelId id;
  private final String name;
  private final String source;
  private final Heap.Slot<Weights> wanting;
  private final Timers timers;
  private final Model.Expiry whenHeadExpires;
  private final List<Model> models = new ArrayList<>();
  private Optional<ModelSpec> spec = Optional.empty();
  private int gpusInReach;

  final List<Residence> residences = new ArrayList<>();
  final Set<Host> hosts = new LinkedHashSet<>();

  /** Workers that were asked to register the model and haven't answered. */
  int registering;

  long arrivals;
  long departures;
  boolean keepWarm;
  boolean unwanted;

  /** That a worker found, where it found no model of its name; 0 where none did. */
  long highestVersion;

  Weights(ModelId id, String name, String source, Timers timers, Model.Expiry whenHeadExpires) {
    this.id = id;
    this.name = name;
    this.source = source;
    this.wanting = new Heap.Slot<>(this, id.value());
    this.timers = timers;
    this.whenHeadExpires = whenHeadExpires;
    models.add(bucket(0));
  }

  private Model bucket(int bucket) {
    return new Model(this, bucket, timers, whenHeadExpires);
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

  /** Known once one worker has registered the model. */
  public Optional<ModelSpec> spec() {
    return spec;
  }

  /** One for each bucket, the shortest first; a model of one shape has one. */
  public List<Model> models() {
    return Collections.unmodifiableList(models);
  }

  /** Where they are, or are on their way to; the longest held first. */
  public List<Residence> residences() {
    return Collections.unmodifiableList(residences);
  }

  /** How many GPUs could load them, or have. */
  public int gpusInReach() {
    return gpusInReach;
  }

  /** Calls for each GPU that could load them, or has. */
  public void eachGpuInReach(Consumer<Gpu> action) {
    for (Host host : hosts) {
      host.gpus.forEach(action);
    }
  }

  /** Their place among those that want a LOAD; kept by the policy. */
  public Heap.Slot<Weights> wanting() {
    return wanting;
  }

  /** To be on a GPU whenever pages allow. */
  public boolean keepWarm() {
    return keepWarm;
  }

  /** Nobody wants them and nobody waits for them: nothing is to be done for them any more. */
  public boolean gone() {
    return unwanted && queued() == 0;
  }

  /** Requests that wait for the model, in all of its buckets. */
  public int queued() {
    int queued = 0;
    for (Model model : models) {
      queued += model.queue().size();
    }
    return queued;
  }

  /** Who waits, as they stand now. */
  List<Pending> waiting() {
    List<Pending> waiting = new ArrayList<>();
    models.forEach(model -> waiting.addAll(model.queue().snapshot()));
    return waiting;
  }

  /** Time of the smallest batch of the longest requests, where that takes longest. */
  long smallestExecNanos() {
    return models.getLast().smallestExecNanos();
  }

  /** Rows that a batch of some bucket takes; one of longer requests may take fewer. */
  int largestBatch() {
    return models.stream().mapToInt(Model::largestBatch).max().orElse(0);
  }

  /** Pages that they fill on such a GPU. */
  public int pagesOn(Gpu gpu) {
    return models.getFirst().estimatesOn(gpu).pages();
  }

  /** On the kind of device that is quickest at it. */
  public long shortestLoadNanos() {
    return models.getFirst().shortestLoadNanos();
  }

  boolean runsOn(Gpu gpu) {
    return models.getFirst().runsOn(gpu);
  }

  /** Whether they can be used as the host has them: other buckets would be another model. */
  boolean agreesWith(HostedModel hosted) {
    return hosts.isEmpty()
        || spec.isEmpty()
        || spec.get().lengths().equals(hosted.spec().lengths());
  }

  /**
   * The host has them in its memory.
   *
   * @return models that were, before all workers left and one came back with other buckets
   */
  List<Model> hostedBy(Host host, HostedModel hosted, SchedulerConfig config) {
    List<Model> before = adopt(hosted.spec());
    for (Model model : models) {
      model.hosted(hosted.profiles(), config);
    }
    if (hosts.add(host)) {
      gpusInReach += host.gpus.size();
    }
    host.weights.add(this);
    return before;
  }

  private List<Model> adopt(ModelSpec adopted) {
    boolean others = spec.isPresent() && !spec.get().lengths().equals(adopted.lengths());
    List<Model> before = others ? List.copyOf(models) : List.of();
    if (others) {
      models.clear();
    }
    spec = Optional.of(adopted);
    while (models.size() < adopted.buckets()) {
      models.add(bucket(models.size()));
    }
    return before;
  }

  /** They are no longer in the host's memory. */
  void leaves(Host host) {
    if (hosts.remove(host)) {
      gpusInReach -= host.gpus.size();
    }
    host.weights.remove(this);
  }

  /** No worker has them in its memory, and none is asked to. */
  boolean homeless() {
    return hosts.isEmpty() && registering == 0;
  }

  String whyHomeless() {
    return "the last worker that held " + this + " has left";
  }

  @Override
  public String toString() {
    return id + " '" + name + "'";
  }
}
