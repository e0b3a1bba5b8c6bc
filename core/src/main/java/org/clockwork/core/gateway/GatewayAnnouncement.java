package org.clockwork.core.gateway;

import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;

/**
 * What a gateway says of itself when it joins and whenever it is asked.
 *
 * @param node the process that it runs in; its requests end with it
 */
public record GatewayAnnouncement(GatewayId gateway, NodeId node) {}
