package org.clockwork.gpunative.compiled;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.clockwork.core.model.TensorSpec;

/**
 * Checks that a plan agrees with itself: sizes follow from shapes, everything lies where it may,
 * and ops read only what was written. What it lets through can neither touch memory outside its
 * areas nor read what another batch left there, as far as kernels keep to their arguments.
 */
final class PlanCheck {
  private final CompiledModel model;
  private final PlanFindings findings;

  private PlanCheck(CompiledModel model, PlanFindings findings) {
    this.model = model;
    this.findings = findings;
  }

  /**
   * Looks at the plan alone, at no other file.
   *
   * @throws PlanException it has problems; all of them are told
   */
  static void check(CompiledModel model) throws PlanException {
    Findings findings = new Findings();
    new PlanCheck(model, new PlanFindings(model, findings)).all();
    findings.refuseAny();
  }

  private void all() {
    names("inputs", model.inputs().stream().map(input -> input.spec().name()).toList());
    names("outputs", model.outputs().stream().map(TensorSpec::name).toList());
    ranges();
    WeightsCheck.check(model, findings);
    targets();
    batches();
    golden();
  }

  private void names(String field, List<String> names) {
    if (names.isEmpty()) {
      findings.note(field, "is empty; a model has at least one");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i))) {
        findings.note(field + "[" + i + "].name", "is '%s' again".formatted(names.get(i)));
      }
    }
  }

  private void ranges() {
    for (int i = 0; i < model.inputs().size(); i++) {
      PlanInput input = model.inputs().get(i);
      if (!input.range().equals(ValueRange.ANY) && !ValueRange.appliesTo(input.spec().type())) {
        findings.note(
            "inputs[" + i + "].range",
            "is %s of %s; only whole numbers index"
                .formatted(input.range(), ElementType.wordOf(input.spec().type())));
      }
    }
  }

  private void targets() {
    if (model.targets().isEmpty()) {
      findings.note("targets", "is empty; expected machine code for one at least");
    }
    Set<CodePlace> seen = new HashSet<>();
    for (TargetCode code : model.targets()) {
      for (int i = 0; i < code.modules().size(); i++) {
        module("targets.%s.modules[%d]".formatted(code.target(), i), code, i, seen);
      }
    }
  }

  /** What no two modules share. */
  private record CodePlace(String file, Extent slice) {}

  private void module(String field, TargetCode code, int index, Set<CodePlace> seen) {
    TargetCode.Module module = code.modules().get(index);
    findings.aligned(field + ".offset", module.slice().offset());
    if (module.slice().bytes() == 0) {
      findings.note(field + ".bytes", "is 0; a module has some");
    }
    if (module.slice().bytes() > PlanFiles.MODULE_BYTES_MAX) {
      findings.note(
          field + ".bytes",
          "is %d; a module has at most %d"
              .formatted(module.slice().bytes(), PlanFiles.MODULE_BYTES_MAX));
    }
    if (code.target() instanceof Target.Cpu && module.slice().offset() != 0) {
      findings.note(
          field + ".offset",
          "is %d; a shared library has its file for itself, from 0"
              .formatted(module.slice().offset()));
    }
    if (!seen.add(new CodePlace(module.file(), module.slice()))) {
      findings.note(
          field + ".file", "is '%s' at the place of another module".formatted(module.file()));
    }
  }

  private void batches() {
    if (model.batches().isEmpty()) {
      findings.note("batches", "is empty; expected one batch size at least");
    }
    int before = 0;
    for (int i = 0; i < model.batches().size(); i++) {
      Batch batch = model.batches().get(i);
      String field = "batches[" + i + "]";
      if (batch.size() <= before) {
        findings.note(
            field + ".batch",
            "is %d after %d; expected ascending sizes".formatted(batch.size(), before));
      }
      before = batch.size();
      batch(field, batch);
    }
  }

  private void batch(String field, Batch batch) {
    rows(field + ".inputs", batch.inputs(), model.inputSpecs(), batch.size(), batch.ioBytes());
    rows(field + ".outputs", batch.outputs(), model.outputs(), batch.size(), batch.ioBytes());
    apart(field, batch.inputs(), batch.outputs());
    Set<Target> wanted = new LinkedHashSet<>();
    model.targets().forEach(code -> wanted.add(code.target()));
    for (Program program : batch.programs()) {
      String programField = field + ".targets." + program.target();
      if (wanted.remove(program.target())) {
        new ProgramCheck(model, batch, program, programField, findings).check();
      } else {
        findings.note(programField, "is not among 'targets'");
      }
    }
    wanted.forEach(target -> findings.note(field + ".targets." + target, "is missing"));
  }

  /** Where the rows of each tensor lie. */
  private void rows(
      String field, List<Extent> extents, List<TensorSpec> specs, int rows, long areaBytes) {
    if (extents.size() != specs.size()) {
      findings.note(field, "has %d elements; expected %d".formatted(extents.size(), specs.size()));
      return;
    }
    for (int i = 0; i < extents.size(); i++) {
      String element = field + "[" + i + "]";
      findings.inside(element, extents.get(i), areaBytes);
      long expected = (long) rows * specs.get(i).bytes();
      if (extents.get(i).bytes() != expected) {
        findings.note(
            element + ".bytes",
            "is %d; %d rows of '%s' are %d"
                .formatted(extents.get(i).bytes(), rows, specs.get(i).name(), expected));
      }
    }
  }

  private void apart(String field, List<Extent> inputs, List<Extent> outputs) {
    WrittenBytes taken = new WrittenBytes();
    for (int i = 0; i < inputs.size(); i++) {
      take(taken, field + ".inputs[" + i + "]", inputs.get(i));
    }
    for (int i = 0; i < outputs.size(); i++) {
      take(taken, field + ".outputs[" + i + "]", outputs.get(i));
    }
  }

  private void take(WrittenBytes taken, String field, Extent extent) {
    if (taken.touches(extent)) {
      findings.note(field, "lies at %s, where another input or output lies".formatted(extent));
    }
    taken.write(extent);
  }

  private void golden() {
    Golden golden = model.golden();
    rows("golden.inputs", golden.inputs(), model.inputSpecs(), golden.rows(), golden.bytes());
    rows("golden.outputs", golden.outputs(), model.outputs(), golden.rows(), golden.bytes());
    apart("golden", golden.inputs(), golden.outputs());
  }
}
