package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.gpunative.compiled.TargetCode;
import org.clockwork.test.CCompiler;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged model is refused before anything of it runs. */
class MutationTest {
  private static final int SEEDS = 1000;

  @TempDir Path folder;

  private Perceptron model;

  @BeforeEach
  void aModel() throws Exception {
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: no kernels can be compiled");
    model = Perceptron.in(folder.resolve("whole"));
  }

  /** As a disk or a careless copy damages it: the checksums still are those of the whole one. */
  @Test
  void aPlanThatIsNotWhatTheCompilerWroteIsRefused() throws IOException {
    seal(model.folder());
    Seeds.each(
        SEEDS,
        seed -> {
          RandomGenerator random = Seeds.random(seed);
          Path damaged = copy();
          Files.copy(
              model.folder().resolve("model.json.sha256"), damaged.resolve("model.json.sha256"));
          JsonObject plan = model.plan().copy();
          Mutation.ofPlan(plan, random);
          String text = plan.encodePrettily();
          Files.writeString(damaged.resolve("model.json"), text);
          boolean same = text.equals(Files.readString(model.folder().resolve("model.json")));
          assertEquals(!same, refusal(damaged).isPresent());
        });
  }

  /** As somebody who edits a plan damages it, or a compiler with a fault. */
  @Test
  void aPlanWithAWrongValueIsRefusedOrKeepsToItsAreas() {
    AtomicInteger accepted = new AtomicInteger();
    Seeds.each(
        SEEDS,
        seed -> {
          Path damaged = copy();
          JsonObject plan = model.plan().copy();
          Mutation.ofPlan(plan, Seeds.random(seed));
          Files.writeString(damaged.resolve("model.json"), plan.encodePrettily());
          if (refusal(damaged).isEmpty()) {
            accepted.incrementAndGet();
            NaiveRun.check(plan);
          }
        });
    // Names, tolerances, grids: some changes only change what the model is.
    assertTrue(accepted.get() < SEEDS / 2, () -> accepted + " of " + SEEDS + " were accepted");
  }

  @Test
  void aModelWithADamagedFileIsRefused() {
    Seeds.each(
        SEEDS,
        seed -> {
          Path damaged = copy();
          Files.copy(model.folder().resolve("model.json"), damaged.resolve("model.json"));
          seal(damaged);
          Mutation.ofFiles(damaged, Seeds.random(seed));
          Optional<PlanException> refusal = refusal(damaged);
          assertTrue(refusal.isPresent() || isWhole(damaged), "a damaged file was taken");
        });
  }

  /** The folder of a model that lacks its plan; each seed has it anew. */
  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    Files.createDirectories(copy.resolve("kernels"));
    Files.deleteIfExists(copy.resolve("model.json"));
    Files.deleteIfExists(copy.resolve("model.json.sha256"));
    for (String file :
        List.of("weights.bin", "golden.bin", "kernels/cpu.so", "kernels/sm_90.cubins")) {
      Files.deleteIfExists(copy.resolve(file));
      Files.copy(model.folder().resolve(file), copy.resolve(file));
    }
    return copy;
  }

  private static void seal(Path folder) throws IOException {
    String digits = Perceptron.sha256(Files.readAllBytes(folder.resolve("model.json")));
    Files.writeString(folder.resolve("model.json.sha256"), digits + "  model.json\n");
  }

  /** What is wrong with that model; each problem names its file, and a field or a value. */
  private static Optional<PlanException> refusal(Path damaged) {
    try (CheckedModel _ = CheckedModel.open(damaged, _ -> true)) {
      return Optional.empty();
    } catch (PlanException e) {
      assertFalse(e.problems().isEmpty());
      for (String problem : e.problems()) {
        assertTrue(
            problem.matches("(?s)" + Pattern.quote(damaged.toString()) + "/[a-z0-9_./]+:.*")
                || problem.matches("and \\d+ more"),
            problem);
        assertTrue(problem.matches("(?s).*('.+'|\\d).*"), problem);
      }
      return Optional.of(e);
    }
  }

  /** Zeros behind machine code that nobody asks for are no damage. */
  private boolean isWhole(Path damaged) throws PlanException {
    try (CheckedModel taken = CheckedModel.open(damaged, _ -> true);
        CheckedModel written = CheckedModel.open(model.folder(), _ -> true)) {
      for (TargetCode target : written.plan().targets()) {
        for (TargetCode.Module module : target.modules()) {
          assertArrayEquals(written.code(module), taken.code(module));
        }
      }
      return taken.weights().mismatch(written.weights()) < 0;
    }
  }
}
