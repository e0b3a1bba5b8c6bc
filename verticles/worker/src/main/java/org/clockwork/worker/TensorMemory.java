package org.clockwork.worker;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.clockwork.codecs.wire.DataFrameReader;
import org.clockwork.core.model.Tensors;

/**
 * Memory for inputs that come over the network, used again for the next ones of the same size once
 * the device has its own copy: to allocate and clear 600 kB for each image would cost more than to
 * receive it. What nobody gives back is left to the garbage collector.
 */
final class TensorMemory implements DataFrameReader.Memory {
  /** Kept for later, of all sizes together: what a few batches of images take. */
  static final long FREE_BYTES_MAX = 64L << 20;

  /** On loan and expected back: what waits on many GPUs. Beyond it the oldest is not expected. */
  static final long LENT_BYTES_MAX = 256L << 20;

  private final Map<Integer, Queue<ByteBuffer>> free = new HashMap<>();
  private final List<ByteBuffer> taken = new ArrayList<>();
  private final Map<Loan, List<ByteBuffer>> loans = new LinkedHashMap<>();
  private long freeBytes;
  private long lentBytes;

  /** Tensors by what they are and not by their content, which nobody wants to compare. */
  private record Loan(Tensors tensors) {
    @Override
    @SuppressWarnings("ReferenceEquality") // Which tensors they are is the question.
    public boolean equals(Object other) {
      return other instanceof Loan(Tensors others) && others == tensors;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(tensors);
    }
  }

  @Override
  public ByteBuffer take(int bytes) {
    Queue<ByteBuffer> ofThatSize = free.get(bytes);
    ByteBuffer buffer;
    if (ofThatSize == null) {
      buffer = ByteBuffer.allocateDirect(bytes);
    } else {
      freeBytes -= bytes;
      buffer = ofThatSize.remove().clear();
      if (ofThatSize.isEmpty()) {
        free.remove(bytes);
      }
    }
    taken.add(buffer);
    return buffer;
  }

  /** All that was taken since the last call is in these tensors now. */
  void lend(Tensors tensors) {
    loans.put(new Loan(tensors), List.copyOf(taken));
    lentBytes += bytes(taken);
    taken.clear();
    Iterator<List<ByteBuffer>> oldest = loans.values().iterator();
    while (lentBytes > LENT_BYTES_MAX) {
      lentBytes -= bytes(oldest.next());
      oldest.remove();
    }
  }

  /** Nobody reads them any more. Those that are not from here are of no concern. */
  void giveBack(Tensors tensors) {
    List<ByteBuffer> buffers = loans.remove(new Loan(tensors));
    if (buffers == null) {
      return;
    }
    lentBytes -= bytes(buffers);
    if (freeBytes + bytes(buffers) > FREE_BYTES_MAX) {
      // Of sizes, perhaps, that nobody sends any more.
      free.clear();
      freeBytes = 0;
    }
    for (ByteBuffer buffer : buffers) {
      free.computeIfAbsent(buffer.capacity(), _ -> new ArrayDeque<>()).add(buffer);
      freeBytes += buffer.capacity();
    }
  }

  private static long bytes(List<ByteBuffer> buffers) {
    return buffers.stream().mapToLong(ByteBuffer::capacity).sum();
  }
}
