package org.clockwork.launcher;

import java.nio.file.Path;
import java.util.Set;
import org.clockwork.launcher.config.Configuration;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.RoleFile;

/**
 * Where a process has its configuration from, and can read it again.
 *
 * @param files that matter to its role
 * @param reading the files, the environment and the command line, one laid over the other
 */
record ConfSource(Path folder, Set<RoleFile> files, Reading reading) {

  /** Reads all of it as it stands now. */
  @FunctionalInterface
  interface Reading {
    Configuration read() throws ConfigurationException;
  }
}
