package org.clockwork.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.LogManager;

/** Sets up what libraries and roles log, from {@code conf/logging.properties}. */
final class Logging {
  private Logging() {}

  /** Without that file it stays as the JDK has it; a log must never keep a command from running. */
  static void configure() {
    Path file = Path.of(System.getProperty("clockwork.root", "."), "conf", "logging.properties");
    if (System.getProperty("java.util.logging.config.file") != null || Files.notExists(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      LogManager.getLogManager().readConfiguration(in);
    } catch (IOException e) {
      System.err.println("clockwork: " + file + " can't be read, logging as the JDK does: " + e);
    }
  }
}
