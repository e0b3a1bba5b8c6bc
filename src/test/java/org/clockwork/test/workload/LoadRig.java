package org.clockwork.test.workload;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Ending;
import org.clockwork.core.workload.LoadCommands;
import org.clockwork.core.workload.LoadEngine;
import org.clockwork.core.workload.LoadEvent;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.Workload;

/** A load engine on a clock that the test turns by hand. */
final class LoadRig implements LoadCommands {
  static final long MILLIS = 1_000_000;
  static final long SECOND = 1_000 * MILLIS;
  static final Ending SUCCESS = new Ending.Succeeded(true, false);

  final List<Offer> sent = new ArrayList<>();
  final Deque<Offer> unanswered = new ArrayDeque<>();
  long nowNanos = 7 * SECOND;
  int dones;
  private final LoadEngine engine;
  private long wakeNanos = Course.NEVER;

  LoadRig(Workload workload, long runNanos, long seed) {
    engine = new LoadEngine(workload, runNanos, seed);
  }

  static Workload workload(ArrivalProcess... streams) {
    List<Workload.Stream> all = new ArrayList<>();
    for (int i = 0; i < streams.length; i++) {
      all.add(
          new Workload.Stream(
              List.of("model" + i), streams[i], new Workload.Aim.Same(Objective.NONE), "default"));
    }
    return new Workload("test", List.of(new Workload.Copies("model", streams.length)), all);
  }

  void start() {
    bring(new LoadEvent.ModelsReady());
  }

  void stop() {
    bring(new LoadEvent.Stop());
  }

  /** Wakes the engine whenever it asked for it, up to this time from the start. */
  void playUntil(long elapsedNanos) {
    long untilNanos = engine.startNanos() + elapsedNanos;
    while (wakeNanos <= untilNanos) {
      nowNanos = Math.max(nowNanos, wakeNanos);
      wakeNanos = Course.NEVER;
      bring(new LoadEvent.WakeUp());
    }
    nowNanos = Math.max(nowNanos, untilNanos);
  }

  /** Nothing runs for this long; then the overdue wake-up comes, once. */
  void stall(long nanos) {
    nowNanos += nanos;
    if (wakeNanos <= nowNanos) {
      wakeNanos = Course.NEVER;
      bring(new LoadEvent.WakeUp());
    }
  }

  Offer answerOldest(Ending ending) {
    Offer offer = unanswered.remove();
    bring(new LoadEvent.Answered(offer, ending));
    return offer;
  }

  /** Everything outstanding now; what a closed loop sends in return stays. */
  void answerAll(Ending ending) {
    for (int left = unanswered.size(); left > 0; left--) {
      answerOldest(ending);
    }
  }

  /** When the requests were meant to go out, from the start. */
  List<Long> intendedNanos() {
    return sent.stream().map(offer -> offer.intendedNanos() - engine.startNanos()).toList();
  }

  /** How long the load lasted. */
  long loadNanos() {
    return engine.loadEndNanos() - engine.startNanos();
  }

  long outstanding() {
    return engine.outstanding();
  }

  private void bring(LoadEvent event) {
    engine.on(event, nowNanos, this);
  }

  @Override
  public void submit(Offer offer) {
    sent.add(offer);
    unanswered.add(offer);
  }

  @Override
  public void wakeAt(long nanos) {
    wakeNanos = nanos;
  }

  @Override
  public void done() {
    dones++;
  }
}
