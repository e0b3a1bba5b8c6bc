package org.clockwork.gpunative.cpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;

/** Machine code of a plan, loaded from the very bytes that were checked: they are in no file. */
final class KernelLibrary implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final int file;
  private final SymbolLookup symbols;

  /**
   * Links it into this process.
   *
   * @throws IllegalArgumentException the system's linker refuses it
   */
  @SuppressWarnings("restricted")
  KernelLibrary(byte[] code) throws IOException {
    file = LinuxMemory.createFile("clockwork-kernels", code.length);
    try {
      Files.write(LinuxMemory.pathOf(file), code);
      // By name, not as a path: a path is resolved first, and the file is nowhere.
      symbols = SymbolLookup.libraryLookup(LinuxMemory.pathOf(file).toString(), arena);
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Where that kernel begins. */
  long address(String kernel) {
    return symbols.findOrThrow(kernel).address();
  }

  /**
   * Nothing of it runs any more. The file stays open until here: the linker takes two libraries of
   * one path for the same, and the path is the file's number.
   */
  @Override
  public void close() {
    arena.close();
    LinuxMemory.closeFile(file);
  }
}
