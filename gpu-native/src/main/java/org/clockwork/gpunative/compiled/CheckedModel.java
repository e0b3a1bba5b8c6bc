package org.clockwork.gpunative.compiled;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.clockwork.gpunative.compiled.PlanFiles.BadFile;

/**
 * A compiled model that was checked, with the very bytes that were checked: files are read once,
 * and devices use what is here. Copies of a model share it.
 */
public final class CheckedModel implements AutoCloseable {
  private final CompiledModel plan;
  private final Arena arena = Arena.ofShared();
  private final Map<TargetCode.Module, byte[]> code = new HashMap<>();
  private MemorySegment weights = MemorySegment.NULL;
  private MemorySegment golden = MemorySegment.NULL;

  private CheckedModel(CompiledModel plan) {
    this.plan = plan;
  }

  /**
   * Reads and checks everything in that folder; runs nothing of it.
   *
   * @param kept targets whose machine code is wanted; that of the others is checked and let go
   * @throws PlanException something is wrong; each problem names the file, the field and the value
   */
  public static CheckedModel open(Path folder, Predicate<Target> kept) throws PlanException {
    CompiledModel plan = PlanReader.read(folder);
    PlanCheck.check(plan);
    CheckedModel model = new CheckedModel(plan);
    Findings findings = new Findings();
    try {
      model.readCode(kept, findings);
      model.readWholeFiles(findings);
      findings.refuseAny();
      return model;
    } catch (PlanException | RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  public CompiledModel plan() {
    return plan;
  }

  /** Page images, one after the other; the last may be cut. */
  public MemorySegment weights() {
    return weights;
  }

  /** The bytes of a module of a target that was kept; not to be written. */
  public byte[] code(TargetCode.Module module) {
    return code.get(module);
  }

  /** Inputs with the outputs that belong to them. */
  public GoldenRows golden() {
    return new GoldenRows(plan, golden);
  }

  private void readWholeFiles(Findings findings) {
    PlanFiles files = new PlanFiles(plan);
    try {
      Golden rows = plan.golden();
      golden = files.whole("golden", rows.file(), rows.bytes(), rows.sha256(), arena);
    } catch (BadFile e) {
      findings.note(e.getMessage());
    }
    try {
      Weights file = plan.weights();
      weights = files.whole("weights", file.file(), file.bytes(), file.sha256(), arena);
    } catch (BadFile e) {
      findings.note(e.getMessage());
    }
  }

  private void readCode(Predicate<Target> kept, Findings findings) {
    PlanFiles files = new PlanFiles(plan);
    for (TargetCode target : plan.targets()) {
      for (int i = 0; i < target.modules().size(); i++) {
        TargetCode.Module module = target.modules().get(i);
        String field = "targets.%s.modules[%d]".formatted(target.target(), i);
        try {
          byte[] bytes = files.code(field, module, target.target() instanceof Target.Cpu);
          findKernels(target.target(), i, module, bytes, findings);
          if (kept.test(target.target())) {
            code.put(module, bytes);
          }
        } catch (BadFile e) {
          findings.note(e.getMessage());
        }
      }
    }
  }

  /** That every kernel that ops take from that module is in it. */
  private void findKernels(
      Target target, int index, TargetCode.Module module, byte[] bytes, Findings findings)
      throws BadFile {
    Path file = plan.file(module.file());
    Set<String> defined = defined(target, file, bytes);
    Set<String> missing = new HashSet<>();
    for (int batch = 0; batch < plan.batches().size(); batch++) {
      for (Program program : plan.batches().get(batch).programs()) {
        for (int op = 0; program.target().equals(target) && op < program.ops().size(); op++) {
          Op call = program.ops().get(op);
          if (call.module() == index
              && !defined.contains(call.kernel())
              && missing.add(call.kernel())) {
            findings.note(
                "%s: has no kernel '%s', which 'batches[%d].targets.%s.ops[%d].kernel' names"
                    .formatted(file, call.kernel(), batch, target, op));
          }
        }
      }
    }
  }

  private static Set<String> defined(Target target, Path file, byte[] bytes) throws BadFile {
    try {
      return ElfSymbols.defined(
          bytes,
          switch (target) {
            case Target.Cpu _ -> ElfSymbols.X86_64;
            case Target.Cuda _ -> ElfSymbols.CUDA;
          });
    } catch (ElfSymbols.BadElf e) {
      throw new BadFile(file, e.getMessage());
    }
  }

  /** Lets go of all bytes. Nobody uses them any more. */
  @Override
  public void close() {
    arena.close();
  }
}
