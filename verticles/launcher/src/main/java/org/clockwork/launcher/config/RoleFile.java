package org.clockwork.launcher.config;

/** The files of {@code conf}: one for each role, and what operators see of any. */
public enum RoleFile {
  CONTROLLER("controller.json"),
  WORKER("worker.json"),
  GATEWAY("gateway.json"),
  CLIENT("client.json"),
  OPERATORS("operators.json");

  private final String fileName;

  RoleFile(String fileName) {
    this.fileName = fileName;
  }

  public String fileName() {
    return fileName;
  }
}
