package org.clockwork.gateway.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.clockwork.core.gateway.Shown;

/**
 * The directory at the end of a zip, for what is written nowhere else: which entries are links. It
 * is read entry by entry; a library would read all of it, however large it says that it is.
 */
final class ZipDirectory {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int COMMENT_BYTES_MAX = 0xffff;
  private static final int OFFSET_IN_END = 16;

  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int NAME_LENGTH = 28;
  private static final int EXTRA_LENGTH = 30;
  private static final int COMMENT_LENGTH = 32;
  private static final int ATTRIBUTES = 38;

  /** The upper half of an entry's attributes, where the archive was made on Unix. */
  private static final int MODE_SHIFT = 16;

  private static final int TYPE_MASK = 0xf000;
  private static final int REGULAR = 0x8000;
  private static final int FOLDER = 0x4000;

  private ZipDirectory() {}

  /**
   * The names in it.
   *
   * @param entries how many there are to be
   */
  static Set<String> read(Path archive, int entries) throws UploadException, IOException {
    try (FileChannel file = FileChannel.open(archive)) {
      Set<String> names = new HashSet<>();
      long position = begin(file);
      for (int i = 0; i < entries; i++) {
        ByteBuffer entry = read(file, position, ENTRY_BYTES);
        if (entry.remaining() < ENTRY_BYTES || entry.getInt(0) != ENTRY_SIGNATURE) {
          throw new UploadException(
              "the directory of the zip lists %d entries; %d are there".formatted(i, entries));
        }
        int nameBytes = Short.toUnsignedInt(entry.getShort(NAME_LENGTH));
        String name =
            StandardCharsets.UTF_8.decode(read(file, position + ENTRY_BYTES, nameBytes)).toString();
        refuseSpecial(name, entry.getInt(ATTRIBUTES) >>> MODE_SHIFT & TYPE_MASK);
        names.add(name);
        position +=
            ENTRY_BYTES
                + nameBytes
                + Short.toUnsignedInt(entry.getShort(EXTRA_LENGTH))
                + Short.toUnsignedInt(entry.getShort(COMMENT_LENGTH));
      }
      return names;
    }
  }

  private static void refuseSpecial(String name, int type) throws UploadException {
    if (type != 0 && type != REGULAR && type != FOLDER) {
      throw new UploadException(
          "entry %s is a link or a device; files and folders alone may be in an archive"
              .formatted(Shown.text(name)));
    }
  }

  /** Where the directory begins, as the last record of the zip says. */
  private static long begin(FileChannel file) throws UploadException, IOException {
    long from = Math.max(0, file.size() - END_BYTES - COMMENT_BYTES_MAX);
    ByteBuffer tail = read(file, from, END_BYTES + COMMENT_BYTES_MAX);
    for (int at = tail.remaining() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE) {
        return Integer.toUnsignedLong(tail.getInt(at + OFFSET_IN_END));
      }
    }
    throw new UploadException("the zip has no end: it was cut off");
  }

  private static ByteBuffer read(FileChannel file, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && file.read(buffer, from + buffer.position()) >= 0) {
      // Until it is full, or the file ends.
    }
    return buffer.flip();
  }
}
