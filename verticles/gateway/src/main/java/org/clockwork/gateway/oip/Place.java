package org.clockwork.gateway.oip;

import java.nio.ByteBuffer;
import org.clockwork.gateway.json.MalformedException;

/** Where an output is put instead of into its answer: memory that its client shares. */
public interface Place {

  /** The name by which its client registered the memory. */
  String region();

  /** Of its first byte in that memory. */
  long offset();

  /** Puts an output there; objects where it is too large, or the memory has gone. */
  void write(String output, ByteBuffer content) throws MalformedException;
}
