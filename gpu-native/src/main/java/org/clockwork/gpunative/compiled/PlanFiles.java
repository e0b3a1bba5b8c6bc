package org.clockwork.gpunative.compiled;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Reads the files beside a plan into memory and compares them with what the plan says of them. Only
 * what lies in the model's folder is read, wherever a link points.
 */
final class PlanFiles {
  /** Kernels of a large model take less than a megabyte. */
  static final long MODULE_BYTES_MAX = 64L << 20;

  private static final int CHUNK_BYTES = 64 << 20;

  private final CompiledModel model;

  PlanFiles(CompiledModel model) {
    this.model = model;
  }

  /** What keeps a file from being used, as a sentence that begins with its name. */
  static final class BadFile extends Exception {
    private static final long serialVersionUID = 1;

    BadFile(Path file, String what) {
      super(file + ": " + what);
    }
  }

  /**
   * A whole file.
   *
   * @param field the object of the plan that names it
   * @param arena takes its bytes, outside the heap
   */
  MemorySegment whole(String field, String name, long bytes, String sha256, Arena arena)
      throws BadFile {
    Path file = inside(field, name);
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() != bytes) {
        throw new BadFile(
            file, "holds %d bytes; '%s.bytes' is %d".formatted(channel.size(), field, bytes));
      }
      MemorySegment content = arena.allocate(bytes, Long.BYTES);
      String digest = read(channel, 0, content);
      checkSum(file, field, sha256, digest);
      return content;
    } catch (IOException e) {
      throw new BadFile(file, "can't be read: " + e);
    }
  }

  /** Machine code: a slice of a file, or all of it. */
  byte[] code(String field, TargetCode.Module module, boolean alone) throws BadFile {
    Path file = inside(field, module.file());
    Extent slice = module.slice();
    try (FileChannel channel = FileChannel.open(file)) {
      if (slice.end() > channel.size() || (alone && slice.end() != channel.size())) {
        throw new BadFile(
            file,
            "holds %d bytes; '%s' has %d of them from %d"
                .formatted(channel.size(), field, slice.bytes(), slice.offset()));
      }
      byte[] code = new byte[Math.toIntExact(slice.bytes())];
      String digest = read(channel, slice.offset(), MemorySegment.ofArray(code));
      checkSum(file, field, module.sha256(), digest);
      return code;
    } catch (IOException e) {
      throw new BadFile(file, "can't be read: " + e);
    }
  }

  private Path inside(String field, String name) throws BadFile {
    Path file = model.file(name);
    if (!Files.isRegularFile(file)) {
      throw new BadFile(file, "is no file; '%s.file' names it".formatted(field));
    }
    try {
      if (!file.toRealPath().startsWith(model.folder().toRealPath())) {
        throw new BadFile(
            file, "leads out of the model's folder; '%s.file' names it".formatted(field));
      }
    } catch (IOException e) {
      throw new BadFile(file, "can't be read: " + e);
    }
    return file;
  }

  /** Fills all of the memory and says what its checksum is. */
  private static String read(FileChannel channel, long offset, MemorySegment content)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    for (long done = 0; done < content.byteSize(); ) {
      ByteBuffer chunk =
          content.asSlice(done, Math.min(CHUNK_BYTES, content.byteSize() - done)).asByteBuffer();
      int bytes = channel.read(chunk, offset + done);
      if (bytes < 0) {
        throw new IOException("it became shorter while it was read");
      }
      digest.update(chunk.flip());
      done += bytes;
    }
    return Sha256.digits(digest);
  }

  private static void checkSum(Path file, String field, String expected, String found)
      throws BadFile {
    if (!found.equals(expected)) {
      throw new BadFile(
          file,
          "has sha256 %s; '%s.sha256' is %s: it was changed or cut since it was compiled"
              .formatted(found, field, expected));
    }
  }
}
