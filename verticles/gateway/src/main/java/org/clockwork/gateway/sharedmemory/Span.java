package org.clockwork.gateway.sharedmemory;

import java.nio.ByteBuffer;
import org.clockwork.core.gateway.Shown;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Place;

/** A range of a region, where one tensor of one request lies or is to lie. */
public final class Span implements Place {
  /** As requests and answers call it. */
  public static final String REGION = "shared_memory_region";

  public static final String OFFSET = "shared_memory_offset";
  public static final String BYTES = "shared_memory_byte_size";

  private final Region region;
  private final long offset;
  private final int bytes;

  private Span(Region region, long offset, int bytes) {
    this.region = region;
    this.offset = offset;
    this.bytes = bytes;
  }

  static Span of(Region region, long offset, int bytes) throws MalformedException {
    if (bytes > region.spec().bytes() || offset > region.spec().bytes() - bytes) {
      throw new MalformedException(
          "region %s has %d bytes; %s %d and %s %d reach beyond it"
              .formatted(
                  Shown.text(region.spec().name()),
                  region.spec().bytes(),
                  OFFSET,
                  offset,
                  BYTES,
                  bytes));
    }
    return new Span(region, offset, bytes);
  }

  @Override
  public String region() {
    return region.spec().name();
  }

  @Override
  public long offset() {
    return offset;
  }

  public int bytes() {
    return bytes;
  }

  ByteBuffer read() throws MalformedException {
    return region.read(offset, bytes);
  }

  void expectWritable() throws MalformedException {
    region.expectWritable();
  }

  @Override
  public void write(String output, ByteBuffer content) throws MalformedException {
    if (content.remaining() > bytes) {
      throw new MalformedException(
          "output %s has %d bytes; %s of region %s is %d"
              .formatted(
                  Shown.text(output), content.remaining(), BYTES, Shown.text(region()), bytes));
    }
    region.write(offset, content.duplicate());
  }
}
