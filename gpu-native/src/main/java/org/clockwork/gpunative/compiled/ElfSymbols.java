package org.clockwork.gpunative.compiled;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * The symbols that an ELF file defines: shared libraries and cubins are both ELF, of 64 bits and
 * little-endian. Whatever the bytes are, reading them ends, with the symbols or with what is wrong.
 */
final class ElfSymbols {
  /** {@code e_machine} of x86-64. */
  static final int X86_64 = 62;

  /** {@code e_machine} of NVIDIA's GPUs. */
  static final int CUDA = 190;

  private static final int MAGIC = 0x464c457f;
  private static final int CLASS_64 = 2;
  private static final int LITTLE_ENDIAN = 1;
  private static final int HEADER_BYTES = 64;
  private static final int SECTION_BYTES = 64;
  private static final int SYMBOL_BYTES = 24;

  /** {@code sh_type} of symbols for linking, and of those for loading. */
  private static final int SYMTAB = 2;

  private static final int DYNSYM = 11;

  private final byte[] bytes;
  private final ByteBuffer file;
  private final Set<String> names = new HashSet<>();

  private ElfSymbols(byte[] bytes) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** What keeps bytes from being machine code for that machine; whoever knows the file adds it. */
  static final class BadElf extends Exception {
    private static final long serialVersionUID = 1;

    BadElf(String what) {
      super(what);
    }
  }

  /**
   * Reads all names that are defined in that file, not only asked for.
   *
   * @param machine the {@code e_machine} it has to have
   */
  static Set<String> defined(byte[] bytes, int machine) throws BadElf {
    ElfSymbols symbols = new ElfSymbols(bytes);
    try {
      symbols.read(machine);
    } catch (IndexOutOfBoundsException e) {
      throw new BadElf("is cut off or garbled: its tables lead beyond its end");
    }
    return Collections.unmodifiableSet(symbols.names);
  }

  private void read(int machine) throws BadElf {
    if (file.limit() < HEADER_BYTES
        || file.getInt(0) != MAGIC
        || file.get(4) != CLASS_64
        || file.get(5) != LITTLE_ENDIAN) {
      throw new BadElf("is no ELF file of 64 bits");
    }
    if (file.getShort(18) != machine) {
      throw new BadElf(
          "is for machine %d; expected %d"
              .formatted(Short.toUnsignedInt(file.getShort(18)), machine));
    }
    int sections = place(file.getLong(40));
    int sectionBytes = Short.toUnsignedInt(file.getShort(58));
    int count = Short.toUnsignedInt(file.getShort(60));
    if (sectionBytes != SECTION_BYTES) {
      throw new BadElf("has section headers of %d bytes; expected 64".formatted(sectionBytes));
    }
    for (int i = 0; i < count; i++) {
      int section = sections + i * SECTION_BYTES;
      int type = file.getInt(section + 4);
      if (type == SYMTAB || type == DYNSYM) {
        int linked = file.getInt(section + 40);
        if (linked < 0 || linked >= count) {
          throw new BadElf("has a symbol table without names");
        }
        table(section, sections + linked * SECTION_BYTES);
      }
    }
  }

  /** The symbols of one table; their names lie in another section. */
  private void table(int symbols, int strings) {
    int begin = place(file.getLong(symbols + 24));
    int end = place(begin + file.getLong(symbols + 32));
    int stringsBegin = place(file.getLong(strings + 24));
    int stringsEnd = place(stringsBegin + file.getLong(strings + 32));
    for (int symbol = begin; symbol + SYMBOL_BYTES <= end; symbol += SYMBOL_BYTES) {
      boolean defined = file.getShort(symbol + 6) != 0;
      if (defined) {
        names.add(
            text(place(stringsBegin + Integer.toUnsignedLong(file.getInt(symbol))), stringsEnd));
      }
    }
  }

  private String text(int begin, int end) {
    int last = begin;
    while (last < end && file.get(last) != 0) {
      last++;
    }
    return new String(bytes, begin, last - begin, StandardCharsets.US_ASCII);
  }

  /** An offset that lies in the file, or on its end. */
  private int place(long offset) {
    if (offset < 0 || offset > file.limit()) {
      throw new IndexOutOfBoundsException("offset " + offset + " of " + file.limit());
    }
    return (int) offset;
  }
}
