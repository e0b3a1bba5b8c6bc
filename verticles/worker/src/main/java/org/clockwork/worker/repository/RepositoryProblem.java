package org.clockwork.worker.repository;

import java.nio.file.Path;

/** Why one folder or file of the repository can't be used; the others are not affected. */
public record RepositoryProblem(Path file, String reason) {
  @Override
  public String toString() {
    return file + ": " + reason;
  }
}
