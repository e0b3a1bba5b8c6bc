package org.clockwork.core.workload;

import org.clockwork.core.gateway.Objective;

/**
 * One request that a workload offers.
 *
 * @param number counts up from 0 within a run
 * @param stream index of its stream in the workload
 * @param scheduled sent at a time of its own (open loop), not on an answer (closed loop)
 * @param intendedNanos when it should go out; latency counts from here, however late it was sent
 */
public record Offer(
    long number,
    int stream,
    String model,
    Objective objective,
    String tenant,
    int priority,
    boolean scheduled,
    long intendedNanos) {}
