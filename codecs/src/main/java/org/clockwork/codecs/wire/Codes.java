package org.clockwork.codecs.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.model.DataType;
import org.clockwork.core.request.RefusalCause;

/** Numbers for constants. They stay what they are when constants are added or moved. */
final class Codes {
  /** By position; new ones come last. */
  private static final List<DataType> TYPES =
      List.of(
          DataType.BOOL,
          DataType.UINT8,
          DataType.UINT16,
          DataType.UINT32,
          DataType.UINT64,
          DataType.INT8,
          DataType.INT16,
          DataType.INT32,
          DataType.INT64,
          DataType.FP16,
          DataType.FP32,
          DataType.FP64);

  /** By position; new ones come last. */
  private static final List<RefusalCause> CAUSES =
      List.of(
          RefusalCause.QUEUE,
          RefusalCause.COLD_START,
          RefusalCause.NO_CAPACITY,
          RefusalCause.TENANT_LIMIT,
          RefusalCause.DRAINING);

  /** By the published number. */
  private static final Map<Integer, ErrorCode> ERRORS = new HashMap<>();

  static {
    for (ErrorCode code : ErrorCode.values()) {
      ERRORS.put(code.number(), code);
    }
  }

  private Codes() {}

  static void write(WireWriter out, DataType type) {
    out.int8(TYPES.indexOf(type));
  }

  static DataType type(WireReader in) {
    return at(TYPES, in, "data type");
  }

  static void write(WireWriter out, RefusalCause cause) {
    out.int8(CAUSES.indexOf(cause));
  }

  static RefusalCause cause(WireReader in) {
    return at(CAUSES, in, "cause");
  }

  static void write(WireWriter out, ErrorCode code) {
    out.int8(code.number());
  }

  static ErrorCode error(WireReader in) {
    int number = in.int8("error code");
    ErrorCode code = ERRORS.get(number);
    if (code == null) {
      throw in.wrong("error code", "a published one", number);
    }
    return code;
  }

  private static <C> C at(List<C> constants, WireReader in, String field) {
    int code = in.int8(field);
    if (code < 0 || code >= constants.size()) {
      throw in.wrong(field, "0 to " + (constants.size() - 1), code);
    }
    return constants.get(code);
  }
}
