package org.clockwork.launcher;

/** A client as a verticle to deploy by name; its config is that of client.json. */
public final class ClientNode extends RoleVerticle {
  public ClientNode() {
    super(RoleKind.CLIENT);
  }
}
