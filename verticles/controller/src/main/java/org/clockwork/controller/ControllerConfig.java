package org.clockwork.controller;

import org.clockwork.controller.recording.RecordingConfig;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.SchedulerConfig;

/**
 * Everything that an operator can set of a controller.
 *
 * @param policy which policy schedules, by its name
 * @param explainedRequests requests that are remembered for whoever asks what became of one:
 *     20,000, ten seconds at 2,000 a second and some 10 MB
 * @param usageTenants tenants whose usage is counted one by one: 1,000; those beyond share one
 *     account
 * @param summarySeconds between two summaries: 10, as published; 0 prints none
 */
public record ControllerConfig(
    String policy,
    SchedulerConfig scheduler,
    LogConfig log,
    RecordingConfig recording,
    int explainedRequests,
    int usageTenants,
    int summarySeconds) {
  public static final ControllerConfig DEFAULT =
      new ControllerConfig(
          Policies.DEFAULT,
          SchedulerConfig.DEFAULT,
          LogConfig.DEFAULT,
          RecordingConfig.DEFAULT,
          20_000,
          1_000,
          10);

  public ControllerConfig {
    Policies.named(policy); // complains, and says which there are
    if (explainedRequests < 1) {
      throw new IllegalArgumentException(
          "explainedRequests=" + explainedRequests + " must be above 0");
    }
    if (usageTenants < 1) {
      throw new IllegalArgumentException("usageTenants=" + usageTenants + " must be above 0");
    }
    if (summarySeconds < 0) {
      throw new IllegalArgumentException(
          "summarySeconds=" + summarySeconds + " must not be negative; 0 prints no summary");
    }
  }

  public ControllerConfig scheduledBy(String otherPolicy) {
    return new ControllerConfig(
        otherPolicy, scheduler, log, recording, explainedRequests, usageTenants, summarySeconds);
  }

  public ControllerConfig with(SchedulerConfig other) {
    return new ControllerConfig(
        policy, other, log, recording, explainedRequests, usageTenants, summarySeconds);
  }

  public ControllerConfig logging(LogConfig other) {
    return new ControllerConfig(
        policy, scheduler, other, recording, explainedRequests, usageTenants, summarySeconds);
  }

  public ControllerConfig recording(RecordingConfig other) {
    return new ControllerConfig(
        policy, scheduler, log, other, explainedRequests, usageTenants, summarySeconds);
  }

  public ControllerConfig explaining(int requests) {
    return new ControllerConfig(
        policy, scheduler, log, recording, requests, usageTenants, summarySeconds);
  }

  public ControllerConfig summarizingEvery(int seconds) {
    return new ControllerConfig(
        policy, scheduler, log, recording, explainedRequests, usageTenants, seconds);
  }
}
