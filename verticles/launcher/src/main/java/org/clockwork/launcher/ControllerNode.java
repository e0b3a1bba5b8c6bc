package org.clockwork.launcher;

/** The controller as a verticle to deploy by name; its config is that of controller.json. */
public final class ControllerNode extends RoleVerticle {
  public ControllerNode() {
    super(RoleKind.CONTROLLER);
  }
}
