package org.clockwork.gateway.upload;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A place inside the repository for a model that is on its way: no one looks into it, and the whole
 * leaves it by one renaming. Whatever ends before that leaves no model.
 */
final class Staging {
  private static final String FOLDER = ".uploads";

  /** What is older was left by a process that was killed: no upload takes so long. */
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  private final Path folder;

  private Staging(Path folder) {
    this.folder = folder;
  }

  /** Also clears away what processes left behind that were killed. */
  static Staging begin(Path repository) throws IOException {
    Path all = repository.resolve(FOLDER);
    Files.createDirectories(all);
    clearForgotten(all);
    return new Staging(Files.createDirectory(all.resolve(UUID.randomUUID().toString())));
  }

  private static void clearForgotten(Path all) throws IOException {
    Instant old = Instant.now().minus(FORGOTTEN);
    try (Stream<Path> left = Files.list(all)) {
      for (Path each : left.toList()) {
        if (Files.getLastModifiedTime(each).toInstant().isBefore(old)) {
          delete(each);
        }
      }
    }
  }

  Path archive() {
    return folder.resolve("archive");
  }

  /** Makes the folder of the model. */
  Path model() throws IOException {
    return Files.createDirectories(folder.resolve("model"));
  }

  /**
   * The model is where it belongs from now on.
   *
   * @throws UploadException something is there by now
   */
  void commit(Path target) throws UploadException, IOException {
    sync(model());
    Files.createDirectories(target.getParent());
    if (Files.exists(target)) {
      throw new UploadException(
          "there is something at '%s' by now".formatted(target.getFileName()));
    }
    try {
      Files.move(model(), target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("the repository is no one file system: " + e.getMessage(), e);
    }
    sync(target.getParent());
  }

  void clear() throws IOException {
    delete(folder);
  }

  /** Names are on the disk too; where folders can't be synced they come with the next that is. */
  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    }
  }
}
