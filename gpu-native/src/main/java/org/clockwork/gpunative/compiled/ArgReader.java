package org.clockwork.gpunative.compiled;

import java.util.List;
import org.clockwork.core.model.DataType;

/** Reads arguments, which plans write as lists whose first element says what follows. */
final class ArgReader {
  /** In place of an argument that is none; the plan is refused anyway. */
  private static final Arg.Typed NOTHING =
      new Arg.Typed(new Place.Weight(0), new TensorType(DataType.FP32, List.of()));

  private ArgReader() {}

  /** What a GPU's kernel takes. */
  static Arg parameter(PlanNode node) {
    List<PlanNode> parts = node.elements();
    return switch (kind(parts)) {
      case "io", "ws" -> whole(node, parts, 3) ? new Arg.Address(area(parts)) : NOTHING;
      case "w" -> whole(node, parts, 2) ? new Arg.Address(weight(parts)) : NOTHING;
      case "i32" -> whole(node, parts, 2) ? int32(parts.get(1)) : NOTHING;
      case "i64" -> whole(node, parts, 2) ? int64(parts.get(1)) : NOTHING;
      case "f32" -> whole(node, parts, 2) ? float32(parts.get(1)) : NOTHING;
      case "null" -> whole(node, parts, 1) ? new Arg.Null() : NOTHING;
      default -> {
        node.refuse(
            "is no argument; expected a list that begins with"
                + " 'io', 'ws', 'w', 'i32', 'i64', 'f32' or 'null'");
        yield NOTHING;
      }
    };
  }

  /** What a CPU's kernel takes: tensors, each with its type. */
  static Arg.Typed typed(PlanNode node) {
    List<PlanNode> parts = node.elements();
    return switch (kind(parts)) {
      case "io", "ws" ->
          whole(node, parts, 5)
              ? new Arg.Typed(area(parts), PlanReader.type(parts.get(3), parts.get(4)))
              : NOTHING;
      case "w" ->
          whole(node, parts, 4)
              ? new Arg.Typed(weight(parts), PlanReader.type(parts.get(2), parts.get(3)))
              : NOTHING;
      default -> {
        node.refuse(
            "is no argument of a CPU's kernel; expected a list that begins with 'io', 'ws' or 'w'");
        yield NOTHING;
      }
    };
  }

  private static String kind(List<PlanNode> parts) {
    return parts.isEmpty() ? "" : parts.getFirst().text();
  }

  private static boolean whole(PlanNode node, List<PlanNode> parts, int length) {
    boolean whole = parts.size() == length;
    if (!whole) {
      node.refuse("has %d elements; expected %d".formatted(parts.size(), length));
    }
    return whole;
  }

  private static Place area(List<PlanNode> parts) {
    Extent extent = new Extent(PlanReader.bytes(parts.get(1)), PlanReader.bytes(parts.get(2)));
    return kind(parts).equals("io") ? new Place.Io(extent) : new Place.Workspace(extent);
  }

  private static Place weight(List<PlanNode> parts) {
    return new Place.Weight(parts.get(1).small(0, Integer.MAX_VALUE));
  }

  private static Arg int32(PlanNode node) {
    return new Arg.Int32(node.small(Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  private static Arg int64(PlanNode node) {
    return new Arg.Int64(node.integer(Long.MIN_VALUE, Long.MAX_VALUE));
  }

  private static Arg float32(PlanNode node) {
    return new Arg.Float32((float) node.decimal(-Float.MAX_VALUE, Float.MAX_VALUE));
  }
}
