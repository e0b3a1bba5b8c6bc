package org.clockwork.gpunative.compiled;

import java.nio.file.Path;
import java.util.List;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;

/**
 * A model compiled ahead of time, as its {@code model.json} describes it. {@link PlanReader} makes
 * these; {@link CheckedModel} is one that was checked, with the bytes of its files.
 *
 * @param folder where its files lie
 * @param sha256 of {@code model.json}, and so of all that it has checksums of
 * @param align every offset is a multiple of it
 * @param inputs of one row, without the batch dimension
 * @param batches by size, ascending
 */
public record CompiledModel(
    Path folder,
    String sha256,
    String name,
    int pageBytes,
    int align,
    Precision precision,
    Producer producer,
    List<PlanInput> inputs,
    List<TensorSpec> outputs,
    Weights weights,
    List<TargetCode> targets,
    List<Batch> batches,
    Golden golden) {
  public CompiledModel {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    targets = List.copyOf(targets);
    batches = List.copyOf(batches);
  }

  /** The plan's own file. */
  public static final String PLAN_FILE = "model.json";

  /** The plan's checksum, as {@code sha256sum model.json} writes it; where there is one. */
  public static final String SEAL_FILE = "model.json.sha256";

  /** What {@code format} says in the plans that this build reads. */
  public static final String FORMAT = "clockwork-model/1";

  /** The machine code for that target; none where the plan doesn't name it. */
  public List<TargetCode.Module> modules(Target target) {
    return targets.stream()
        .filter(code -> code.target().equals(target))
        .findFirst()
        .map(TargetCode::modules)
        .orElse(List.of());
  }

  /** Of one row. */
  public List<TensorSpec> inputSpecs() {
    return inputs.stream().map(PlanInput::spec).toList();
  }

  /** The model under that name, as clients see it, with what its repository says of it. */
  public ModelSpec spec(String servedAs, ModelSource.Compiled source) {
    return new ModelSpec(
        servedAs,
        source.name(),
        inputSpecs(),
        outputs,
        weights.bytes(),
        source.settings().defaultSloNanos().orElse(0L));
  }

  /** Where the file of that name lies. */
  public Path file(String name) {
    return folder.resolve(name);
  }

  /** How a GPU computes matrix products; a CPU always has {@link #FP32}. */
  public enum Precision {
    FP32,
    TF32X3,
    BF16X3,
    TF32,
    FP16
  }
}
