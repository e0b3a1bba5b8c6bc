package org.clockwork.test.compiled;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The smallest ELF file that defines some symbols: a stand-in for a cubin. */
final class ElfFile {
  static final short CUDA = 190;

  private static final int HEADER = 64;
  private static final int SECTION = 64;
  private static final int SYMBOL = 24;

  private ElfFile() {}

  static byte[] defining(short machine, List<String> symbols) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    names.write(0);
    ByteBuffer table = little(SYMBOL * (symbols.size() + 1));
    table.position(SYMBOL);
    for (String symbol : symbols) {
      table.putInt(names.size()).put((byte) 0x12).put((byte) 0).putShort((short) 1);
      table.putLong(0).putLong(0);
      names.writeBytes(symbol.getBytes(StandardCharsets.US_ASCII));
      names.write(0);
    }
    int tableAt = HEADER + 3 * SECTION;
    int namesAt = tableAt + table.capacity();
    ByteBuffer file = little(namesAt + names.size());
    file.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1);
    file.putShort(18, machine).putLong(40, HEADER);
    file.putShort(58, (short) SECTION).putShort(60, (short) 3);
    section(file, HEADER + SECTION, 2, tableAt, table.capacity(), 2);
    section(file, HEADER + 2 * SECTION, 3, namesAt, names.size(), 0);
    file.put(tableAt, bytes(table));
    file.put(namesAt, names.toByteArray());
    return bytes(file);
  }

  private static void section(ByteBuffer file, int at, int type, int offset, int size, int link) {
    file.putInt(at + 4, type).putLong(at + 24, offset).putLong(at + 32, size).putInt(at + 40, link);
  }

  /** All of a buffer. */
  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
