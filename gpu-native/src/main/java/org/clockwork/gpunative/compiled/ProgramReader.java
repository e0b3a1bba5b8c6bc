package org.clockwork.gpunative.compiled;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads the ops of one batch for one target. */
final class ProgramReader {
  private static final Pattern SYMBOL = Pattern.compile("[A-Za-z_.$][A-Za-z0-9_.$]*");

  /** What a block of a GPU can have at most, on the largest there are. */
  private static final int SHARED_BYTES_MAX = 227 << 10;

  private ProgramReader() {}

  static Program.Cuda cuda(Target.Cuda target, PlanNode node) {
    return program(
        node, ProgramReader::launch, (bytes, ops) -> new Program.Cuda(target, bytes, ops));
  }

  static Program.Cpu cpu(Target.Cpu target, PlanNode node) {
    return program(node, ProgramReader::call, (bytes, ops) -> new Program.Cpu(target, bytes, ops));
  }

  private interface Making<O, P> {
    P of(long workspaceBytes, List<O> ops);
  }

  private static <O, P> P program(PlanNode node, Function<PlanNode, O> op, Making<O, P> making) {
    P program =
        making.of(PlanReader.bytes(node.field("workspace_bytes")), node.field("ops").each(op));
    node.refuseOthers();
    return program;
  }

  private static Op.Cuda launch(PlanNode node) {
    Op.Cuda op =
        new Op.Cuda(
            kernel(node),
            module(node),
            dimensions(node.field("grid"), Integer.MAX_VALUE, 65535, 65535),
            block(node.field("block")),
            node.field("shared_bytes").small(0, SHARED_BYTES_MAX),
            node.field("args").each(ArgReader::parameter),
            writes(node));
    node.refuseOthers();
    return op;
  }

  private static Op.Cpu call(PlanNode node) {
    Op.Cpu op =
        new Op.Cpu(
            kernel(node), module(node), node.field("args").each(ArgReader::typed), writes(node));
    node.refuseOthers();
    return op;
  }

  private static String kernel(PlanNode node) {
    return node.field("kernel").text(SYMBOL, "the symbol of a kernel");
  }

  private static int module(PlanNode node) {
    return node.field("module").small(0, Integer.MAX_VALUE);
  }

  private static List<Integer> writes(PlanNode node) {
    return node.field("writes").each(position -> position.small(0, Integer.MAX_VALUE));
  }

  private static Op.Dimensions block(PlanNode node) {
    Op.Dimensions block = dimensions(node, 1024, 1024, 64);
    if (block.product() > 1024) {
      node.refuse("makes " + block.product() + " threads; at most 1024 fit a block");
    }
    return block;
  }

  private static Op.Dimensions dimensions(PlanNode node, int maxX, int maxY, int maxZ) {
    List<PlanNode> three = node.elements();
    if (three.size() != 3) {
      node.refuse("has " + three.size() + " numbers; expected [x, y, z]");
      return new Op.Dimensions(1, 1, 1);
    }
    return new Op.Dimensions(
        three.get(0).small(1, maxX), three.get(1).small(1, maxY), three.get(2).small(1, maxZ));
  }
}
