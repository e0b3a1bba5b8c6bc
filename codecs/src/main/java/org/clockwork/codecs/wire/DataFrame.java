package org.clockwork.codecs.wire;

import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;

/**
 * What passes on the connection between a gateway and a worker's data port: tensors that are too
 * large for the event bus.
 *
 * <p>A frame lies there as its version (1 byte), the length of its head (4), a check sum over the
 * head (4), the head, and then the bytes of its tensors one after the other. The head says what it
 * is and how long each tensor is, and is checked as the messages of the event bus are. The tensors
 * are not summed: TCP does that, and here it would cost as much as to copy them.
 */
public sealed interface DataFrame {
  /** Grows with every change of any head. */
  int VERSION = 1;

  int PREFIX_BYTES = 1 + 2 * Integer.BYTES;

  /** Ids and lengths: enough for some thousand tensors. */
  int HEAD_BYTES_MAX = 16 << 10;

  /** The first one from a gateway: whose outputs are to come back on this connection. */
  record Hello(GatewayId gateway) implements DataFrame {}

  /** From a gateway, on the controller's word. */
  record Input(Inputs inputs) implements DataFrame {}

  /** From a gateway: the input of this request will not come; it was answered meanwhile. */
  record Withdrawn(RequestId request) implements DataFrame {}

  /** From a worker. */
  record Output(Outputs outputs) implements DataFrame {}
}
