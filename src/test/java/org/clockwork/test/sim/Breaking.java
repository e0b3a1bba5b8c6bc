package org.clockwork.test.sim;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Decider;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.worker.Announcement;

/** A policy that finds its own state broken as soon as there is a GPU. */
final class Breaking implements Policy {

  static void tellOfAWorker(Decider scheduler, Commands out) {
    Announcement announcement =
        new Announcement(
            new WorkerId("w"),
            new NodeId("n"),
            List.of(SimulatedDevice.specWithPages(1)),
            List.of(),
            List.of(),
            List.of(Set.of()));
    assertThrows(
        IllegalStateException.class,
        () -> scheduler.on(new Event.WorkerAnnounced(announcement), 2, out));
  }

  @Override
  public void room(Gpu gpu, long now) {
    throw new IllegalStateException("broken");
  }

  @Override
  public void queued(Pending request, long now) {}

  @Override
  public void unqueued(Model model, List<Pending> requests, long now) {}

  @Override
  public void missed(Request request, Model model, long now) {}

  @Override
  public void resident(Replica replica, long now) {}

  @Override
  public void evicted(Replica replica, long now) {}

  @Override
  public void hosted(Model model, Host host, long now) {}

  @Override
  public void forgotten(Model model) {}

  @Override
  public void left(Gpu gpu, long now) {}
}
