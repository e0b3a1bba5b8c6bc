package org.clockwork.gateway.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import org.clockwork.core.gateway.Shown;

/**
 * Writes what is in an archive into a folder, one entry after the other, for as long as the limits
 * allow. Files are on the disk when it is through.
 */
final class Unpacking {
  private static final String ENTRY = "entry";

  /** Small archives may be compressed well without being bombs. */
  private static final long RATIO_COUNTS_FROM_BYTES = 1 << 20;

  private final Path folder;
  private final long archiveBytes;
  private final UploadsConfig limits;
  private final byte[] chunk = new byte[64 << 10];
  private final Set<String> names = new LinkedHashSet<>();
  private long bytes;
  private int files;

  /**
   * @param folder is there, and empty
   */
  Unpacking(Path folder, long archiveBytes, UploadsConfig limits) {
    this.folder = folder;
    this.archiveBytes = archiveBytes;
    this.limits = limits;
  }

  /** Names of all entries so far, as the archive has them. */
  Set<String> names() {
    return names;
  }

  int files() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  void folder(String name) throws UploadException, IOException {
    if (name.equals("./")) {
      return; // As tar names the folder that it was told to pack.
    }
    Path path = path(name);
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException _) {
      throw twice(name);
    }
  }

  /**
   * @param content up to its end
   */
  void file(String name, InputStream content) throws UploadException, IOException {
    Path path = path(name);
    files++;
    try {
      Files.createDirectories(path.getParent());
      try (FileChannel file =
          FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        copy(name, content, file);
        file.force(true);
      }
    } catch (FileAlreadyExistsException _) {
      throw twice(name);
    }
  }

  private void copy(String name, InputStream content, FileChannel file)
      throws UploadException, IOException {
    for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
      bytes += read;
      if (bytes > limits.maxUnpackedBytes()) {
        throw new UploadException(
            "entry %s: the archive holds more than maxUnpackedBytes=%d"
                .formatted(Shown.text(name), limits.maxUnpackedBytes()));
      }
      if (bytes > RATIO_COUNTS_FROM_BYTES && bytes / limits.maxRatio() > archiveBytes) {
        throw new UploadException(
            "entry %s: the archive of %d bytes holds more than maxRatio=%d times as much"
                .formatted(Shown.text(name), archiveBytes, limits.maxRatio()));
      }
      ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, read);
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
    }
  }

  private Path path(String name) throws UploadException {
    if (names.size() >= limits.maxFiles()) {
      throw new UploadException(
          "entry %s: the archive has more than maxFiles=%d entries"
              .formatted(Shown.text(name), limits.maxFiles()));
    }
    if (!names.add(name)) {
      throw twice(name);
    }
    Path path = folder;
    for (String word : EntryPath.of(ENTRY, name).words()) {
      path = path.resolve(word);
    }
    return path;
  }

  private static UploadException twice(String name) {
    return new UploadException("entry %s is there twice".formatted(Shown.text(name)));
  }
}
