package org.clockwork.benchmarks.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Event;

/**
 * Decides nothing: every request goes to the next GPU by itself, at once. What an event costs here
 * is what the closed world costs, to be taken off what it costs with a scheduler.
 */
final class Straight implements ClosedWorld.Receiver {
  /** GPUs that are given too much refuse most of it, as soon as a real one would. */
  private static final long WINDOW_NANOS = 20_000_000;

  private final List<GpuId> gpus = new ArrayList<>();
  private int turn;
  private long actions;

  @Override
  public void on(Event event, long now, Commands out) {
    switch (event) {
      case Event.WorkerAnnounced(var announcement) -> {
        for (int i = 0; i < announcement.gpus().size(); i++) {
          gpus.add(new GpuId(announcement.worker(), i));
        }
      }
      case Event.RequestArrived(Request request) -> {
        turn = (turn + 1) % gpus.size();
        GpuId gpu = gpus.get(turn);
        out.send(
            gpu.worker(),
            new Action.Infer(
                new ActionId(1, actions++),
                gpu.index(),
                request.model(),
                1,
                List.of(new Action.Part(request.id(), 1, request.input())),
                new Window(now, now + WINDOW_NANOS)));
      }
      default -> {}
    }
  }
}
