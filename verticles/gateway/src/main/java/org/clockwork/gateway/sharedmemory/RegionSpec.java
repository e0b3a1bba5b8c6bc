package org.clockwork.gateway.sharedmemory;

import java.nio.file.Path;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.MalformedException;

/**
 * A region of shared memory as its client names it.
 *
 * @param name by which requests speak of it
 * @param key of POSIX shared memory, as the client gave it to {@code shm_open}
 * @param offset of its first byte in that memory
 */
public record RegionSpec(String name, String key, long offset, long bytes) {
  /** Where the system keeps POSIX shared memory, each as a file that is called like its key. */
  private static final Path FOLDER = Path.of("/dev/shm");

  private static final int CHARS_MAX = 255;

  /** Objects to what can be no region, before anything is opened. */
  public static RegionSpec of(String name, String key, long offset, long bytes)
      throws MalformedException {
    if (name.isEmpty() || name.length() > CHARS_MAX) {
      throw new MalformedException(
          "region name %s; 1 to %d characters are expected".formatted(Shown.text(name), CHARS_MAX));
    }
    String file = file(key);
    if (file.isEmpty()
        || file.length() > CHARS_MAX
        || file.equals(".")
        || file.equals("..")
        || file.chars().anyMatch(letter -> letter == '/' || letter < ' ')) {
      throw new MalformedException(
          "key %s; a name of shared memory, as '/my-region', is expected"
              .formatted(Shown.text(key)));
    }
    if (offset < 0 || bytes < 1 || offset > Long.MAX_VALUE - bytes) {
      throw new MalformedException(
          "offset is %d and byte_size is %d; at least 0 and at least 1 are expected"
              .formatted(offset, bytes));
    }
    return new RegionSpec(name, key, offset, bytes);
  }

  /** The system leaves out slashes in front, and so do we. */
  private static String file(String key) {
    return key.replaceFirst("^/+", "");
  }

  Path file() {
    return FOLDER.resolve(file(key));
  }

  long end() {
    return offset + bytes;
  }
}
