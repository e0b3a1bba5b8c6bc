package org.clockwork.gateway.upload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.clockwork.core.gateway.Shown;

/**
 * A zip. Its content is read from front to back, entry by entry, which takes no more memory however
 * many there are; then the directory at its end, which alone says what is a link, has to list the
 * same.
 */
final class ZipArchive {
  private ZipArchive() {}

  static void unpack(Path archive, Unpacking into) throws UploadException, IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.isDirectory()) {
          into.folder(entry.getName());
        } else {
          into.file(entry.getName(), zip);
        }
      }
    } catch (IllegalArgumentException e) {
      throw new UploadException("the zip has a name that is no UTF-8: " + e.getMessage());
    }
    Set<String> listed = ZipDirectory.read(archive, into.names().size());
    for (String name : into.names()) {
      if (!listed.contains(name)) {
        throw new UploadException(
            "entry %s is not in the directory of the zip".formatted(Shown.text(name)));
      }
    }
  }
}
