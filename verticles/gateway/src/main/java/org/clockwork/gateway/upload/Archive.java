package org.clockwork.gateway.upload;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/** An archive on disk, of a model's folder. */
final class Archive {
  private static final List<String> MODEL_FILES =
      List.of("model.onnx", "model.json", "model.measurements", "profile.json");

  private static final int MAGIC_BYTES = 4;
  private static final Set<Integer> ZIP_MAGIC = Set.of(0x504b0304, 0x504b0506);
  private static final int GZIP_MAGIC = 0x1f8b;

  private Archive() {}

  /**
   * Writes what is in it into a folder that is empty.
   *
   * @param versioned whether the folder is that of one version, and has none in it
   * @throws UploadException it can't be taken; the message names the entry
   */
  static Unpacking unpack(Path archive, Path folder, boolean versioned, UploadsConfig limits)
      throws UploadException, IOException {
    Unpacking unpacking = new Unpacking(folder, Files.size(archive), limits);
    int magic = magic(archive);
    try {
      if (ZIP_MAGIC.contains(magic)) {
        ZipArchive.unpack(archive, unpacking);
      } else if (magic >>> 16 == GZIP_MAGIC) {
        TarArchive.unpack(archive, unpacking);
      } else {
        throw new UploadException(
            "the body is neither a zip nor a gzipped tar; it begins with %08x".formatted(magic));
      }
    } catch (EOFException _) {
      throw new UploadException("the archive was cut off, %s".formatted(after(unpacking)));
    } catch (ZipException e) {
      throw new UploadException(
          "the archive is damaged, %s: %s".formatted(after(unpacking), e.getMessage()));
    } catch (IOException | IllegalArgumentException e) {
      throw new UploadException(
          "the archive can't be unpacked, %s: %s".formatted(after(unpacking), e.getMessage()));
    }
    refuseWithoutModel(unpacking, versioned);
    return unpacking;
  }

  private static String after(Unpacking unpacking) {
    Set<String> names = unpacking.names();
    return names.isEmpty()
        ? "before its first entry"
        : "at entry '%s'".formatted(List.copyOf(names).getLast());
  }

  private static void refuseWithoutModel(Unpacking unpacking, boolean versioned)
      throws UploadException {
    String folders = versioned ? "" : "([1-9][0-9]*/)?";
    boolean found =
        unpacking.names().stream()
            .anyMatch(
                name ->
                    MODEL_FILES.stream()
                        .anyMatch(file -> name.matches("(\\./)?" + folders + file)));
    if (!found) {
      throw new UploadException(
          "the archive holds no model: one of %s is expected at its top%s; it has %s"
              .formatted(
                  MODEL_FILES,
                  versioned ? "" : " or in folders named 1, 2, 3 at its top",
                  unpacking.names().stream().limit(10).toList()));
    }
  }

  private static int magic(Path archive) throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      byte[] first = in.readNBytes(MAGIC_BYTES);
      int magic = 0;
      for (int i = 0; i < MAGIC_BYTES; i++) {
        magic = magic << 8 | (i < first.length ? first[i] & 0xff : 0);
      }
      return magic;
    }
  }
}
