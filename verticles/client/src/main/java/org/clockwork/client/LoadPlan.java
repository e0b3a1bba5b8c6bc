package org.clockwork.client;

import org.clockwork.core.workload.Measured;
import org.clockwork.core.workload.Workload;

/** What a client is to offer and which part of it counts. The same seed offers the same load. */
public record LoadPlan(Workload workload, Measured measured, long seed) {}
