package org.clockwork.gpunative.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Memory at an address that never changes, for the inputs and outputs of one batch at a time or for
 * what ops leave each other. It grows with the largest model; behind it, and before, lie addresses
 * that fault.
 */
final class Area implements AutoCloseable {
  /** Bytes before and behind what a program uses, that must stay as they are. */
  private static final int GUARD_BYTES = LinuxMemory.PAGE_BYTES;

  private static final byte GUARD = (byte) 0xA5;

  /** As floats not a number, as indices far outside. */
  private static final byte POISON = (byte) 0xFF;

  private final long maxBytes;
  private final long reserved;
  private long openBytes;

  /** Takes addresses, no memory yet. */
  Area(long maxBytes) {
    this.maxBytes = maxBytes;
    this.reserved = LinuxMemory.reserve(reservedBytes());
  }

  /** What a program's offset 0 is. */
  long address() {
    return reserved + LinuxMemory.PAGE_BYTES + GUARD_BYTES;
  }

  long maxBytes() {
    return maxBytes;
  }

  /** Lets at least that many bytes be used. What is there stays. */
  void grow(long bytes) {
    if (bytes > openBytes) {
      LinuxMemory.open(reserved + LinuxMemory.PAGE_BYTES, opened(bytes));
      openBytes = bytes;
    }
  }

  MemorySegment bytes(long offset, long bytes) {
    return LinuxMemory.at(address() + offset, bytes);
  }

  /** Marks what lies around the first bytes; {@link #trespassed} tells whether it stayed so. */
  void guard(long bytes) {
    before().fill(GUARD);
    behind(bytes).fill(GUARD);
  }

  void poison(long offset, long bytes) {
    bytes(offset, bytes).fill(POISON);
  }

  /** Whether somebody wrote outside the first bytes since {@link #guard}. */
  boolean trespassed(long bytes) {
    return !isGuard(before()) || !isGuard(behind(bytes));
  }

  private MemorySegment before() {
    return LinuxMemory.at(address() - GUARD_BYTES, GUARD_BYTES);
  }

  private MemorySegment behind(long bytes) {
    return LinuxMemory.at(address() + bytes, GUARD_BYTES);
  }

  private static boolean isGuard(MemorySegment bytes) {
    MemorySegment whole = MemorySegment.ofArray(new byte[GUARD_BYTES]).fill(GUARD);
    return bytes.mismatch(whole) < 0;
  }

  @Override
  public void close() {
    LinuxMemory.unmap(reserved, reservedBytes());
  }

  private long reservedBytes() {
    return opened(maxBytes) + 2 * LinuxMemory.PAGE_BYTES;
  }

  /** With guards, in whole pages. */
  private static long opened(long bytes) {
    return (bytes + 2 * GUARD_BYTES + LinuxMemory.PAGE_BYTES - 1)
        / LinuxMemory.PAGE_BYTES
        * LinuxMemory.PAGE_BYTES;
  }
}
