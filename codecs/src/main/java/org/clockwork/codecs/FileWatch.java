package org.clockwork.codecs;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * Tells when something has changed in the folders of some files, on a thread of its own: in the
 * folders, since files are also replaced by renaming, or by pointing a link elsewhere. Whoever
 * hears of it looks whether it was theirs.
 */
public final class FileWatch implements AutoCloseable {
  /** A key and its certificate are two files: what comes within that time is one change. */
  private static final long SETTLED_MILLIS = 300;

  private final WatchService service;
  private final Runnable changed;

  private FileWatch(WatchService service, Runnable changed) {
    this.service = service;
    this.changed = changed;
  }

  /**
   * @param changed called on the thread of the watch, which it may block
   * @throws IOException a folder can't be watched
   */
  public static FileWatch of(Collection<Path> files, Runnable changed) throws IOException {
    WatchService service = FileSystems.getDefault().newWatchService();
    for (Path file : files) {
      file.toAbsolutePath()
          .getParent()
          .register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
    }
    FileWatch watch = new FileWatch(service, changed);
    Thread.ofPlatform().daemon().name("file-watch").start(watch::run);
    return watch;
  }

  private void run() {
    try {
      while (true) {
        again(service.take());
        for (WatchKey key = next(); key != null; key = next()) {
          again(key);
        }
        changed.run();
      }
    } catch (ClosedWatchServiceException | InterruptedException _) {
      // Nobody wants to know any more.
    }
  }

  private WatchKey next() throws InterruptedException {
    return service.poll(SETTLED_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Events are forgotten: that there was one is all that counts. */
  private static void again(WatchKey key) {
    key.pollEvents();
    key.reset();
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException _) {
      // It is of no use any more, and nothing is lost with it.
    }
  }
}
