package org.clockwork.gateway.upload;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.clockwork.core.gateway.Shown;

/** A gzipped tar. */
final class TarArchive {
  /** Names may be long and have entries of their own; nobody needs more for them. */
  private static final long HEADER_BYTES_MAX = 64 << 10;

  private TarArchive() {}

  static void unpack(Path archive, Unpacking into) throws UploadException, IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        Guard guard = new Guard(new GZIPInputStream(file));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(guard, StandardCharsets.UTF_8.name())) {
      for (TarArchiveEntry entry = next(tar, guard); entry != null; entry = next(tar, guard)) {
        if (entry.isDirectory()) {
          into.folder(entry.getName());
        } else if (isPlainFile(entry)) {
          into.file(entry.getName(), tar);
        } else {
          throw new UploadException(
              "entry %s is %s; files and folders alone may be in an archive"
                  .formatted(Shown.text(entry.getName()), kind(entry)));
        }
      }
    }
  }

  private static TarArchiveEntry next(TarArchiveInputStream tar, Guard guard) throws IOException {
    guard.leftBytes = HEADER_BYTES_MAX;
    TarArchiveEntry entry = tar.getNextEntry();
    guard.leftBytes = Long.MAX_VALUE; // The content is counted by who writes it.
    return entry;
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    return entry.isFile()
        && !entry.isLink()
        && !entry.isSymbolicLink()
        && !entry.isCharacterDevice()
        && !entry.isBlockDevice()
        && !entry.isFIFO()
        && !entry.isSparse();
  }

  private static String kind(TarArchiveEntry entry) {
    if (entry.isLink() || entry.isSymbolicLink()) {
      return "a link to " + Shown.text(entry.getLinkName());
    }
    return entry.isSparse() ? "a sparse file" : "a device, a pipe or something unknown";
  }

  /** Ends what reads a header that doesn't end: it would be kept in memory. */
  private static final class Guard extends FilterInputStream {
    private long leftBytes = HEADER_BYTES_MAX;

    Guard(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int read = super.read(to, offset, length);
      return counted(read, read);
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(count);
      counted(0, skipped);
      return skipped;
    }

    private int counted(int result, long bytes) throws IOException {
      if (result >= 0) {
        leftBytes -= bytes;
      }
      if (leftBytes < 0) {
        throw new IOException(
            "the description of an entry takes more than %d bytes".formatted(HEADER_BYTES_MAX));
      }
      return result;
    }
  }
}
