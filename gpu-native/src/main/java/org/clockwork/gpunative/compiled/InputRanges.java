package org.clockwork.gpunative.compiled;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.Tensors;

/** Keeps values that index something from reading beyond it: kernels don't check. */
public final class InputRanges {
  private final String model;
  private final List<PlanInput> inputs;

  /**
   * For requests to that model.
   *
   * @param model its name, for messages
   */
  public InputRanges(String model, List<PlanInput> inputs) {
    this.model = model;
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Looks at every value of every input that has a range.
   *
   * @throws DeviceException one is outside; that is its sender's error
   */
  public void check(List<Tensors> parts) throws DeviceException {
    for (int i = 0; i < inputs.size(); i++) {
      if (!inputs.get(i).range().equals(ValueRange.ANY)) {
        for (Tensors part : parts) {
          check(inputs.get(i), part.buffers().get(i));
        }
      }
    }
  }

  private void check(PlanInput input, ByteBuffer sent) throws DeviceException {
    ByteBuffer values = sent.slice().order(ByteOrder.LITTLE_ENDIAN);
    DataType type = input.spec().type();
    for (int at = 0; at < values.limit(); at += type.bytes()) {
      long value = value(type, values, at);
      if (!input.range().holds(value)) {
        throw new DeviceException(
            ErrorCode.INPUT_INVALID,
            "input '%s' of model '%s' holds %d; its values are from %d to %d"
                .formatted(
                    input.spec().name(), model, value, input.range().low(), input.range().high()));
      }
    }
  }

  private static long value(DataType type, ByteBuffer values, int at) {
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(values.get(at));
      case INT8 -> values.get(at);
      case INT16 -> values.getShort(at);
      case INT32 -> values.getInt(at);
      case INT64 -> values.getLong(at);
      default -> throw new IllegalArgumentException(type + " has no range");
    };
  }
}
