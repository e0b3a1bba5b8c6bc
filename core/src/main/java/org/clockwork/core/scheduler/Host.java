package org.clockwork.core.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.worker.Announcement;

/** A worker as the scheduler knows it: its GPUs, the models in its host memory, what it owes us. */
public final class Host {
  private final WorkerId id;
  private final NodeId node;
  final List<Gpu> gpus = new ArrayList<>();
  final Set<Weights> weights = new LinkedHashSet<>();

  /** Of models that it was asked to register and hasn't answered for. */
  final Set<Weights> asked = new LinkedHashSet<>();

  final Map<String, Announcement.Source> sources = new HashMap<>();

  /** By which inputs come to it. */
  final InputLink inputs;

  private final Delays delays;

  /** Of what is sent to it. */
  final Lateness lateness = new Lateness();

  /** Actions without an outcome, in the order of sending. */
  final SequencedMap<ActionId, Outstanding> outstanding = new LinkedHashMap<>();

  /** It shuts down, or has left: it gets nothing new. */
  boolean retired;

  Host(WorkerId id, NodeId node, InputLink inputs, Delays delays) {
    this.id = id;
    this.node = node;
    this.inputs = inputs;
    this.delays = delays;
  }

  public WorkerId id() {
    return id;
  }

  /** The process that it runs in. */
  NodeId node() {
    return node;
  }

  /** Of messages to it and from it. */
  public Delays delays() {
    return delays;
  }

  public List<Gpu> gpus() {
    return Collections.unmodifiableList(gpus);
  }

  /** Whether these are in its host memory, so that LOAD is possible. */
  public boolean holds(Weights model) {
    return weights.contains(model);
  }
}
