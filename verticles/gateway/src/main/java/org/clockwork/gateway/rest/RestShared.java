package org.clockwork.gateway.rest;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.clockwork.gateway.DoorsConfig;
import org.clockwork.gateway.GatewayVerticle;
import org.clockwork.gateway.bridge.Bridge;
import org.clockwork.gateway.guard.Guard;
import org.clockwork.gateway.oip.ReadingBudget;
import org.clockwork.gateway.sharedmemory.SharedMemory;
import org.clockwork.gateway.upload.Uploads;

/**
 * What all doors for REST of a gateway share.
 *
 * @param bridge to the event bus, which has a part of the paths
 * @param connections open now, counted by all doors of this kind together
 * @param boardStreams streams of the board that are open now, counted likewise
 * @param dice spreads retries
 */
public record RestShared(
    GatewayVerticle gateway,
    DoorsConfig config,
    Bridge bridge,
    Guard guard,
    ReadingBudget budget,
    SharedMemory memory,
    Uploads uploads,
    AtomicInteger connections,
    AtomicInteger boardStreams,
    RandomGenerator dice) {}
