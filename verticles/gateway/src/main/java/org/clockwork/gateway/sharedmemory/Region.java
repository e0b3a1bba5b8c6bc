package org.clockwork.gateway.sharedmemory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.MalformedException;

/**
 * One region, mapped. Tensors are copied out of it and into it and never used where they are: their
 * client can change them, and cut the memory short, while a device is at work on them.
 */
final class Region implements AutoCloseable {
  private final RegionSpec spec;
  private final FileChannel channel;
  private final boolean writable;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;

  private Region(RegionSpec spec, FileChannel channel, boolean writable) throws IOException {
    this.spec = spec;
    this.channel = channel;
    this.writable = writable;
    MapMode mode = writable ? MapMode.READ_WRITE : MapMode.READ_ONLY;
    this.memory = channel.map(mode, spec.offset(), spec.bytes(), arena);
  }

  /** Memory that may only be read serves for inputs. */
  static Region open(RegionSpec spec) throws MalformedException {
    Path file = spec.file();
    // No link is followed, so that a key is what its name says; nor is anything opened that would
    // have to be waited for.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !Files.isReadable(file)) {
      throw new MalformedException(
          "key %s: the gateway can read no shared memory of that name; create it first, with rights for the gateway's user"
              .formatted(Shown.text(spec.key())));
    }
    boolean writable = Files.isWritable(file);
    try {
      FileChannel channel = FileChannel.open(file, options(writable));
      try {
        expectEnd(spec, channel.size(), spec.end());
        return new Region(spec, channel, writable);
      } catch (IOException | MalformedException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new MalformedException(
          "key %s can't be mapped: %s".formatted(Shown.text(spec.key()), e.getMessage()));
    }
  }

  private static Set<OpenOption> options(boolean writable) {
    return writable
        ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
        : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  private static void expectEnd(RegionSpec spec, long size, long end) throws MalformedException {
    if (size < end) {
      throw new MalformedException(
          "key %s has %d bytes; offset and byte_size reach to %d"
              .formatted(Shown.text(spec.key()), size, end));
    }
  }

  RegionSpec spec() {
    return spec;
  }

  /** A copy; that much has to be in the region. */
  ByteBuffer read(long offset, int length) throws MalformedException {
    byte[] bytes = new byte[length];
    copy(
        offset + length,
        () -> MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset, bytes, 0, length));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Puts a copy there; that much has to be in the region. */
  void write(long offset, ByteBuffer content) throws MalformedException {
    MemorySegment from = MemorySegment.ofBuffer(content);
    copy(
        offset + from.byteSize(),
        () -> MemorySegment.copy(from, 0, memory, offset, from.byteSize()));
  }

  void expectWritable() throws MalformedException {
    if (!writable) {
      throw new MalformedException(
          "region %s may only be read by the gateway, which can't write an output to it"
              .formatted(Shown.text(spec.name())));
    }
  }

  /**
   * Who touches memory that its client has cut off gets an InternalError from the JVM, and gets it
   * late: when the thread next comes back from a native call. Asking for the file's size is one, so
   * it comes here and not in code that has nothing to do with it.
   */
  private void copy(long end, Runnable copying) throws MalformedException {
    long fileEnd = spec.offset() + end;
    try {
      expectEnd(spec, channel.size(), fileEnd);
      copying.run();
      expectEnd(spec, channel.size(), fileEnd);
    } catch (InternalError _) {
      throw new MalformedException(
          "region %s was cut short while it was used".formatted(Shown.text(spec.name())));
    } catch (ClosedChannelException | IllegalStateException _) {
      throw new MalformedException(
          "region %s was unregistered while it was used".formatted(Shown.text(spec.name())));
    } catch (IOException e) {
      throw new MalformedException(
          "region %s can't be used: %s".formatted(Shown.text(spec.name()), e.getMessage()));
    }
  }

  @Override
  public void close() {
    arena.close();
    try {
      channel.close();
    } catch (IOException _) {
      // It was read and written through its mapping alone: nothing can be lost with it.
    }
  }
}
