package org.clockwork.benchmarks.cluster;

import org.clockwork.client.LoadPlan;
import org.clockwork.client.Report;
import org.clockwork.codecs.record.Recording;
import org.clockwork.core.workload.Measured;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.clockwork.launcher.replay.RecordedRun;

/**
 * One policy in one setting with one seed, as {@link Trial} is, but in real time: controller and
 * worker in processes of their own, the client in this one, and requests without inputs.
 *
 * @param report what the client says
 * @param run what the controller recorded
 */
record LiveTrial(Report report, RecordedRun run) {
  private static final String WORKER = "worker_dummy";

  /**
   * Plays it.
   *
   * @throws IllegalArgumentException it has more than one machine or party, or faults
   */
  static LiveTrial of(Setting setting, String policy, long seed) throws Exception {
    if (setting.machines().size() != 1
        || setting.parties().size() != 1
        || !setting.faults().isEmpty()) {
      throw new IllegalArgumentException(
          "live there is one machine with one party and no faults, not %d with %d and %d"
              .formatted(
                  setting.machines().size(), setting.parties().size(), setting.faults().size()));
    }
    LoadPlan plan =
        new LoadPlan(
            setting.parties().getFirst().workload(),
            new Measured(setting.measurement().warmUpNanos(), setting.measurement().nanos()),
            Trial.clientSeed(seed, 0));
    try (Cluster cluster = Cluster.recorded(policy)) {
      cluster.worker(WORKER, "-n", Integer.toString(setting.gpus()));
      Report report = play(cluster, plan);
      cluster.end();
      try (Recording recording = Recording.open(cluster.recording())) {
        return new LiveTrial(report, RecordedRun.read(recording, _ -> {}));
      }
    }
  }

  private static Report play(Cluster cluster, LoadPlan plan) throws Exception {
    try (WatchedClient client = WatchedClient.join(cluster.name())) {
      return WatchedClient.await(client.play(plan));
    }
  }
}
