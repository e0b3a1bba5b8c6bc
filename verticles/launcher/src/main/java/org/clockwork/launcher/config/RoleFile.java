package org.clockwork.launcher.config;

/** The files of {@code conf}: one for each role. */
public enum RoleFile {
  CONTROLLER("controller.json"),
  WORKER("worker.json"),
  GATEWAY("gateway.json"),
  CLIENT("client.json");

  private final String fileName;

  RoleFile(String fileName) {
    this.fileName = fileName;
  }

  public String fileName() {
    return fileName;
  }
}
