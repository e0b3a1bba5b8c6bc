package org.clockwork.core.scheduler;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.Announcement;

/** Everything that can happen to the scheduler. All times are on the controller's clock. */
public sealed interface Event {

  record RequestArrived(Request request) implements Event {}

  /** The client has gone, or its gateway gave up waiting. */
  record RequestCancelled(RequestId request) implements Event {}

  record ActionEnded(WorkerId worker, Outcome outcome) implements Event {}

  /** Every input that gateways push for this INFER is at its worker. */
  record InputsArrived(WorkerId worker, ActionId action, long nanos) implements Event {}

  /** A worker has joined, or says anew what it has. */
  record WorkerAnnounced(Announcement announcement) implements Event {}

  /** The worker shuts down: it ends what it has accepted and takes nothing new. */
  record WorkerRetires(WorkerId worker) implements Event {}

  record WorkerLeft(WorkerId worker) implements Event {}

  /** Nobody is there any more to hear what becomes of its requests. */
  record GatewayLeft(GatewayId gateway) implements Event {}

  /** A model is to be served under this name from now on. */
  record ModelWanted(String name, String source) implements Event {}

  record ModelUnwanted(String name) implements Event {}

  /**
   * What is scarce is shared so among tenants from now on; as {@link SchedulerConfig} has it.
   *
   * @param weights by tenant
   * @param maxTenants beside those that are told apart
   */
  record TenantsWeighted(SortedMap<String, Double> weights, int maxTenants) implements Event {
    public TenantsWeighted {
      weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    }
  }

  /** The time asked for by {@link Commands#wakeAt} has come. */
  record WakeUp() implements Event {}

  /** No new requests from now on; what is queued is still served. */
  record Draining() implements Event {}
}
