package org.clockwork.gateway.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BiConsumer;
import org.clockwork.core.model.DataType;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.protocol.inference.InferTensorContents;

/**
 * Tensors with their elements in fields of their type, between messages and little-endian bytes.
 */
final class TypedContents {
  private TypedContents() {}

  static ByteBuffer read(InferTensorContents contents, DataType type) throws MalformedException {
    return switch (type) {
      case BOOL ->
          bytes(
              contents.getBoolContentsList(), type, (to, value) -> to.put((byte) (value ? 1 : 0)));
      case INT8 -> {
        expectRange(contents.getIntContentsList(), Byte.MIN_VALUE, Byte.MAX_VALUE, type);
        yield bytes(contents.getIntContentsList(), type, (to, value) -> to.put(value.byteValue()));
      }
      case INT16 -> {
        expectRange(contents.getIntContentsList(), Short.MIN_VALUE, Short.MAX_VALUE, type);
        yield bytes(
            contents.getIntContentsList(), type, (to, value) -> to.putShort(value.shortValue()));
      }
      case INT32 -> bytes(contents.getIntContentsList(), type, ByteBuffer::putInt);
      case INT64 -> bytes(contents.getInt64ContentsList(), type, ByteBuffer::putLong);
      case UINT8 -> {
        expectRange(contents.getUintContentsList(), 0, 0xFF, type);
        yield bytes(contents.getUintContentsList(), type, (to, value) -> to.put(value.byteValue()));
      }
      case UINT16 -> {
        expectRange(contents.getUintContentsList(), 0, 0xFFFF, type);
        yield bytes(
            contents.getUintContentsList(), type, (to, value) -> to.putShort(value.shortValue()));
      }
      case UINT32 -> bytes(contents.getUintContentsList(), type, ByteBuffer::putInt);
      case UINT64 -> bytes(contents.getUint64ContentsList(), type, ByteBuffer::putLong);
      case FP16 ->
          throw new MalformedException(
              "the protocol has no field for elements of FP16; send raw_input_contents");
      case FP32 -> bytes(contents.getFp32ContentsList(), type, ByteBuffer::putFloat);
      case FP64 -> bytes(contents.getFp64ContentsList(), type, ByteBuffer::putDouble);
    };
  }

  /** Whether elements of that type have a field. */
  static boolean has(DataType type) {
    return type != DataType.FP16;
  }

  static InferTensorContents write(ByteBuffer from, DataType type) {
    InferTensorContents.Builder contents = InferTensorContents.newBuilder();
    while (from.hasRemaining()) {
      switch (type) {
        case BOOL -> contents.addBoolContents(from.get() != 0);
        case INT8 -> contents.addIntContents(from.get());
        case INT16 -> contents.addIntContents(from.getShort());
        case INT32 -> contents.addIntContents(from.getInt());
        case INT64 -> contents.addInt64Contents(from.getLong());
        case UINT8 -> contents.addUintContents(Byte.toUnsignedInt(from.get()));
        case UINT16 -> contents.addUintContents(Short.toUnsignedInt(from.getShort()));
        case UINT32 -> contents.addUintContents(from.getInt());
        case UINT64 -> contents.addUint64Contents(from.getLong());
        case FP16 -> throw new IllegalArgumentException("FP16 has no field of its own");
        case FP32 -> contents.addFp32Contents(from.getFloat());
        case FP64 -> contents.addFp64Contents(from.getDouble());
      }
    }
    return contents.build();
  }

  private static <T> ByteBuffer bytes(
      List<T> values, DataType type, BiConsumer<ByteBuffer, T> put) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.size(), type.bytes()))
            .order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(value -> put.accept(bytes, value));
    return bytes.flip();
  }

  /** Unsigned values of 32 bits that look negative are beyond every range that is asked about. */
  private static void expectRange(List<Integer> values, int least, int most, DataType type)
      throws MalformedException {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) < least || values.get(i) > most) {
        throw new MalformedException(
            "contents[%d] is %d; %s, %d to %d, is expected"
                .formatted(i, values.get(i), type, least, most));
      }
    }
  }
}
