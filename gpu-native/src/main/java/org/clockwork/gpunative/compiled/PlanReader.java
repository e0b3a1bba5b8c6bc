package org.clockwork.gpunative.compiled;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gpunative.compiled.CompiledModel.Precision;

/**
 * Reads a plan: the fields that docs/plan-format.md names, of their types and within bounds, and no
 * others. Whether they agree with each other and with the files beside the plan is {@link
 * PlanCheck}'s matter.
 */
public final class PlanReader {
  /** Larger than any machine's memory, and small enough that sums of a few stay exact. */
  static final long AREA_BYTES_MAX = 1L << 46;

  /** Of rows at once: 16 is usual. */
  private static final int BATCH_MAX = 1 << 16;

  private static final Pattern NAME = Pattern.compile(".*\\S.*");

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** Each part begins with a letter or digit, so none is {@code ..} or empty. */
  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*");

  private final Path folder;
  private final PlanNode top;

  private PlanReader(Path folder, PlanNode top) {
    this.folder = folder;
    this.top = top;
  }

  /**
   * Reads the plan in that folder.
   *
   * @throws PlanException it has problems; all of them are told
   */
  public static CompiledModel read(Path folder) throws PlanException {
    Path file = folder.resolve(CompiledModel.PLAN_FILE);
    Findings findings = new Findings();
    PlanText text = PlanText.read(file);
    PlanNode top = PlanNode.root(file.toString(), text.json(), findings);
    checkFormat(top.field("format"));
    findings.refuseAny();
    CompiledModel model = new PlanReader(folder, top).model(text.sha256());
    findings.refuseAny();
    return model;
  }

  /** Of another format nothing else need be said. */
  private static void checkFormat(PlanNode node) {
    node.word(
        word -> Optional.of(word).filter(CompiledModel.FORMAT::equals),
        "'%s', which this build reads: compile the model again".formatted(CompiledModel.FORMAT),
        CompiledModel.FORMAT);
  }

  private CompiledModel model(String sha256) {
    CompiledModel model =
        new CompiledModel(
            folder,
            sha256,
            top.field("name").text(NAME, "a name"),
            top.field("page_bytes").small(DeviceSpec.PAGE_BYTES, DeviceSpec.PAGE_BYTES),
            align(top.field("align")),
            top.field("precision")
                .word(PlanReader::precision, "fp32, tf32x3, bf16x3, tf32 or fp16", Precision.FP32),
            producer(top.field("producer")),
            top.field("inputs").each(PlanReader::input),
            top.field("outputs").each(PlanReader::output),
            weights(top.field("weights")),
            targets(top.field("targets")),
            top.field("batches").each(PlanReader::batch),
            golden(top.field("golden")));
    top.refuseOthers();
    return model;
  }

  private static int align(PlanNode node) {
    int align = node.small(64, 4096);
    if (Integer.bitCount(align) != 1) {
      node.refuse("is " + align + "; expected a power of two");
    }
    return align;
  }

  private static Optional<Precision> precision(String word) {
    return switch (word) {
      case "fp32" -> Optional.of(Precision.FP32);
      case "tf32x3" -> Optional.of(Precision.TF32X3);
      case "bf16x3" -> Optional.of(Precision.BF16X3);
      case "tf32" -> Optional.of(Precision.TF32);
      case "fp16" -> Optional.of(Precision.FP16);
      default -> Optional.empty();
    };
  }

  private static Producer producer(PlanNode node) {
    Map<String, String> versions = new LinkedHashMap<>();
    node.field("versions").fields().forEach((name, version) -> versions.put(name, version.text()));
    Producer producer =
        new Producer(node.field("tool").text(), versions, sha256(node.field("onnx_sha256")));
    node.field("options");
    node.refuseOthers();
    return producer;
  }

  private static PlanInput input(PlanNode node) {
    TensorSpec spec = spec(node);
    ValueRange range = node.optional("range").map(PlanReader::range).orElse(ValueRange.ANY);
    node.refuseOthers();
    return new PlanInput(spec, range);
  }

  private static TensorSpec output(PlanNode node) {
    TensorSpec spec = spec(node);
    node.refuseOthers();
    return spec;
  }

  /** Of one row; a row of more than 2 GiB could not be sent. */
  private static TensorSpec spec(PlanNode node) {
    String name = node.field("name").text(NAME, "a name");
    TensorType type = type(node.field("dtype"), node.field("shape"));
    if (type.bytes() > Integer.MAX_VALUE) {
      node.field("shape")
          .refuse("makes %d bytes a row; at most 2147483647 fit".formatted(type.bytes()));
      return new TensorSpec("unusable", type.type(), List.of());
    }
    return new TensorSpec(name.isBlank() ? "unnamed" : name, type.type(), type.shape());
  }

  private static ValueRange range(PlanNode node) {
    List<Long> ends = node.each(end -> end.integer(Long.MIN_VALUE, Long.MAX_VALUE));
    if (ends.size() != 2 || ends.get(0) > ends.get(1)) {
      node.refuse("is " + ends + "; expected [lowest, highest]");
      return ValueRange.ANY;
    }
    return new ValueRange(ends.get(0), ends.get(1));
  }

  static TensorType type(PlanNode dtype, PlanNode shape) {
    return new TensorType(
        dtype.word(
            ElementType::named, "one of " + String.join(", ", ElementType.words()), DataType.FP32),
        shape.each(dimension -> dimension.small(1, Integer.MAX_VALUE)));
  }

  private static Weights weights(PlanNode node) {
    Weights weights =
        new Weights(
            file(node.field("file")),
            bytes(node.field("bytes")),
            sha256(node.field("sha256")),
            node.field("pages").small(0, Integer.MAX_VALUE),
            node.field("tensors").each(PlanReader::tensor));
    node.refuseOthers();
    return weights;
  }

  private static Weights.Tensor tensor(PlanNode node) {
    Weights.Tensor tensor =
        new Weights.Tensor(
            node.field("id").small(0, Integer.MAX_VALUE),
            node.field("name").text(),
            type(node.field("dtype"), node.field("shape")),
            node.field("page").small(0, Integer.MAX_VALUE >> 1),
            bytes(node.field("offset")),
            bytes(node.field("bytes")));
    node.refuseOthers();
    return tensor;
  }

  private static List<TargetCode> targets(PlanNode node) {
    return node.fields().entrySet().stream()
        .map(
            entry ->
                new TargetCode(target(entry.getKey(), entry.getValue()), modules(entry.getValue())))
        .toList();
  }

  private static List<TargetCode.Module> modules(PlanNode node) {
    List<TargetCode.Module> modules =
        node.field("modules")
            .each(
                module -> {
                  TargetCode.Module read =
                      new TargetCode.Module(
                          file(module.field("file")),
                          extent(module),
                          sha256(module.field("sha256")));
                  module.refuseOthers();
                  return read;
                });
    node.refuseOthers();
    return modules;
  }

  private static Target target(String word, PlanNode node) {
    Optional<Target> target = Target.named(word);
    if (target.isEmpty()) {
      node.refuse("is no target; expected cuda:sm_XY, cpu:x86-64, cpu:x86-64-v3 or cpu:x86-64-v4");
    }
    return target.orElse(new Target.Cpu(Target.CpuLevel.V1));
  }

  private static Batch batch(PlanNode node) {
    List<Program.Cuda> cuda = new ArrayList<>();
    List<Program.Cpu> cpu = new ArrayList<>();
    node.field("targets")
        .fields()
        .forEach(
            (word, program) -> {
              switch (target(word, program)) {
                case Target.Cuda target -> cuda.add(ProgramReader.cuda(target, program));
                case Target.Cpu target -> cpu.add(ProgramReader.cpu(target, program));
              }
            });
    Batch batch =
        new Batch(
            node.field("batch").small(1, BATCH_MAX),
            bytes(node.field("io_bytes")),
            extents(node.field("inputs")),
            extents(node.field("outputs")),
            cuda,
            cpu);
    node.refuseOthers();
    return batch;
  }

  private static Golden golden(PlanNode node) {
    Golden golden =
        new Golden(
            file(node.field("file")),
            bytes(node.field("bytes")),
            sha256(node.field("sha256")),
            node.field("rows").small(1, BATCH_MAX),
            node.field("source").text(),
            node.field("tolerance").decimal(0, 1),
            extents(node.field("inputs")),
            extents(node.field("outputs")));
    node.refuseOthers();
    return golden;
  }

  private static List<Extent> extents(PlanNode list) {
    return list.each(
        node -> {
          Extent extent = extent(node);
          node.refuseOthers();
          return extent;
        });
  }

  private static Extent extent(PlanNode node) {
    return new Extent(bytes(node.field("offset")), bytes(node.field("bytes")));
  }

  static long bytes(PlanNode node) {
    return node.integer(0, AREA_BYTES_MAX);
  }

  private static String sha256(PlanNode node) {
    return node.text(SHA256, "64 hexadecimal digits in lower case");
  }

  private static String file(PlanNode node) {
    return node.text(FILE, "a file's name below the model's folder");
  }
}
