package org.clockwork.gateway.upload;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Archives for tests, in memory: of one entry after the other, right or wrong. */
public abstract class Archives {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An entry that is a file. */
  public abstract Archives file(String name, byte[] content) throws IOException;

  abstract void end() throws IOException;

  public final Archives file(String name, String content) throws IOException {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public final byte[] bytes() throws IOException {
    end();
    return bytes.toByteArray();
  }

  public static Archives of(String kind) throws IOException {
    return kind.equals("zip") ? new Zip() : new Tar();
  }

  /** Zip. */
  static final class Zip extends Archives {
    private final ZipOutputStream zip = new ZipOutputStream(super.bytes);

    @Override
    public Zip file(String name, byte[] content) throws IOException {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
      return this;
    }

    @Override
    void end() throws IOException {
      zip.close();
    }
  }

  /** Gzipped tar. */
  static final class Tar extends Archives {
    private final TarArchiveOutputStream tar;

    Tar() throws IOException {
      tar = new TarArchiveOutputStream(new GZIPOutputStream(super.bytes));
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    @Override
    public Tar file(String name, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    }

    /** An entry of that type, such as a link. */
    Tar special(String name, byte type, String link) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(link);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
      return this;
    }

    /** What comes before an entry whose name doesn't fit. */
    Tar longName(int length) throws IOException {
      TarArchiveEntry entry =
          new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
      entry.setSize(length);
      tar.putArchiveEntry(entry);
      tar.write("n".repeat(length).getBytes(StandardCharsets.UTF_8));
      tar.closeArchiveEntry();
      return this;
    }

    @Override
    void end() throws IOException {
      tar.close();
    }
  }
}
