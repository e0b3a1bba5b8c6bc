package org.clockwork.launcher;

/** A gateway as a verticle to deploy by name; its config is that of gateway.json. */
public final class GatewayNode extends RoleVerticle {
  public GatewayNode() {
    super(RoleKind.GATEWAY);
  }
}
