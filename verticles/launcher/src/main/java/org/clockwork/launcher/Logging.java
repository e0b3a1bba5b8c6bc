package org.clockwork.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.LogManager;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.lines.LogFormat;

/** Sets up what libraries and roles log, from {@code conf/logging.properties}. */
final class Logging {
  private Logging() {}

  /**
   * Levels as the file has them now.
   *
   * @throws UnusableException it can't be read, and everything stays as it is
   */
  static void reread(LogFormat format) {
    Path file = file();
    if (System.getProperty("java.util.logging.config.file") != null || Files.notExists(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      LogManager.getLogManager().updateConfiguration(in, _ -> (_, later) -> later);
      format.apply(); // Where the file has other handlers, they are new.
    } catch (IOException | IllegalArgumentException e) {
      throw new UnusableException(file + ": can't be read: " + e);
    }
  }

  private static Path file() {
    return Path.of(System.getProperty("clockwork.root", "."), "conf", "logging.properties");
  }

  /** Without that file it stays as the JDK has it; a log must never keep a command from running. */
  static void configure() {
    Path file = file();
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
