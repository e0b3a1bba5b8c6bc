package org.clockwork.core.worker;

import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;

/**
 * Where a worker takes inputs that are too large for the event bus, and gives back such outputs.
 *
 * @param node the process that it runs in; gateways in the same one pass tensors by reference
 * @param host that gateways can reach it by
 * @param port TCP, 1 to 65535
 */
public record DataPort(WorkerId worker, NodeId node, String host, int port) {}
