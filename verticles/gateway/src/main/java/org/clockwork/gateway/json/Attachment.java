package org.clockwork.gateway.json;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes that came beside a message in JSON, taken by its tensors one after the other. */
public final class Attachment {
  /** Of a way that can carry JSON alone. */
  public static final Attachment NONE = new Attachment(ByteBuffer.allocate(0), false);

  private final ByteBuffer left;
  private final boolean possible;

  private Attachment(ByteBuffer bytes, boolean possible) {
    this.left = bytes.order(ByteOrder.LITTLE_ENDIAN);
    this.possible = possible;
  }

  /** Of a way that can carry bytes, be they none this time. */
  public static Attachment of(byte[] bytes) {
    return new Attachment(ByteBuffer.wrap(bytes), true);
  }

  /** Whether the way that a message came can carry bytes at all, and so the answer's too. */
  public boolean possible() {
    return possible;
  }

  /**
   * The next bytes.
   *
   * @param bearer of their number, for the message
   */
  public ByteBuffer take(int bytes, String bearer) throws MalformedException {
    if (!possible) {
      throw new MalformedException(
          bearer + " speaks of bytes beside the message; only the TCP bridge carries them");
    }
    if (bytes > left.remaining()) {
      throw new MalformedException(
          "%s says %d bytes; %d attached ones are left".formatted(bearer, bytes, left.remaining()));
    }
    ByteBuffer taken = left.slice(left.position(), bytes).order(ByteOrder.LITTLE_ENDIAN);
    left.position(left.position() + bytes);
    return taken;
  }

  /** Objects to bytes that no tensor speaks of. */
  public void expectUsedUp() throws MalformedException {
    if (left.hasRemaining()) {
      throw new MalformedException(
          "%d attached bytes belong to no input; 'binary' of each says how many are its"
              .formatted(left.remaining()));
    }
  }
}
