package org.clockwork.gateway.sharedmemory;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Place;

/** The shared memory that one request speaks of, as far as its client has a share in it. */
public final class SharedTensors {
  private final SharedMemory memory;
  private final boolean local;
  private int bytesLeft;

  /**
   * @param local whether the client is on this machine
   */
  SharedTensors(SharedMemory memory, boolean local, int bytesMax) {
    this.memory = memory;
    this.local = local;
    this.bytesLeft = bytesMax;
  }

  /** Where an input lies; empty where it came with the request. */
  public Optional<Span> input(Fields parameters) throws MalformedException {
    return span(parameters);
  }

  /** Where an output is to be put; empty where it goes with the answer. */
  public Optional<Place> output(Fields parameters) throws MalformedException {
    Optional<Span> span = span(parameters);
    if (span.isPresent()) {
      span.get().expectWritable();
    }
    return span.map(Place.class::cast);
  }

  private Optional<Span> span(Fields parameters) throws MalformedException {
    Optional<String> region = parameters.optionalText(Span.REGION);
    if (region.isEmpty()) {
      return Optional.empty();
    }
    if (!parameters.has(Span.BYTES)) {
      throw parameters.missing(Span.BYTES, "a number of bytes");
    }
    memory.expectShared(local);
    return Optional.of(
        Span.of(
            memory.region(region.get()),
            parameters.whole(Span.OFFSET, 0, 0, Long.MAX_VALUE),
            parameters.integer(Span.BYTES, 0, 0, Integer.MAX_VALUE)));
  }

  /** A copy of what lies there; all of a request together are no more than a body may be. */
  public ByteBuffer read(Span span) throws MalformedException {
    if (span.bytes() > bytesLeft) {
      throw new MalformedException(
          "inputs in shared memory are more than maxBodyBytes together; send fewer rows in one"
              + " request");
    }
    bytesLeft -= span.bytes();
    return span.read();
  }
}
