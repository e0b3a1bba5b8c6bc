package org.clockwork.test.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.clockwork.gpunative.compiled.CheckedModel;
import org.clockwork.gpunative.compiled.PlanException;
import org.clockwork.test.CCompiler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One fault for each thing that docs/plan-format.md says a reader checks. */
class PlanFaultsTest {
  private static final String CPU = "batches[1].targets.cpu:x86-64";
  private static final String CUDA = "batches[2].targets.cuda:sm_90";

  @TempDir Path folder;

  private Perceptron model;

  @BeforeEach
  void aModel() throws Exception {
    assumeTrue(CCompiler.find().isPresent(), "no cc or gcc on PATH: no kernels can be compiled");
    model = Perceptron.in(folder.resolve("perceptron"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void isRefusedWithFileFieldAndValue(String expected, Consumer<JsonObject> fault)
      throws IOException {
    fault.accept(model.plan());
    model.save();

    List<String> problems = problems();

    String file = model.folder().resolve("model.json").toString();
    assertTrue(
        problems.stream()
            .anyMatch(problem -> problem.startsWith(file) && problem.contains(expected)),
        () -> String.join("\n", problems));
  }

  private static Stream<Arguments> faults() {
    return Stream.of(
        // Fields, types, bounds, and no others.
        fault("'align' is missing", plan -> plan.remove("align")),
        fault("'align' is 100; expected a power of two", plan -> plan.put("align", 100)),
        fault("'pages' is unknown", plan -> plan.put("pages", 1)),
        fault("'page_bytes' is 4096; expected", plan -> plan.put("page_bytes", 4096)),
        fault(
            "'precision' is 'bf16'; expected fp32, tf32x3, bf16x3, tf32 or fp16",
            plan -> plan.put("precision", "bf16")),
        fault(
            "'inputs[0].dtype' is 'complex64'; expected one of bool, uint8",
            plan -> object(plan, "inputs", 0).put("dtype", "complex64")),
        fault(
            "'inputs[1].range' is [5, 2]; expected [lowest, highest]",
            plan -> object(plan, "inputs", 1).put("range", list(5, 2))),
        fault(
            "'inputs[0].range' is [0, 9] of float32; only whole numbers index",
            plan -> object(plan, "inputs", 0).put("range", list(0, 9))),
        fault(
            "'outputs[1].name' is 'y' again", plan -> object(plan, "outputs", 1).put("name", "y")),
        fault("'batches' is a string; expected a list", plan -> plan.put("batches", "many")),
        // Files.
        fault(
            "'weights.file' is '../weights.bin'; expected a file's name below",
            plan -> plan.getJsonObject("weights").put("file", "../weights.bin")),
        fault(
            "'golden.sha256' is 'ABC'; expected 64 hexadecimal digits",
            plan -> plan.getJsonObject("golden").put("sha256", "ABC")),
        // Tensors and their pages.
        fault(
            "'weights.tensors[1].offset' is 100; expected a multiple of 'align', 256",
            plan -> tensor(plan, 1).put("offset", 100)),
        fault(
            "'weights.tensors[1].bytes' is 64; float32 [8] takes 32",
            plan -> tensor(plan, 1).put("bytes", 64)),
        fault(
            "'weights.tensors[3]' lies at [0, 12) of the file, where another tensor lies",
            plan -> tensor(plan, 3).put("offset", 0)),
        fault(
            "'weights.tensors[3].page' is 1, so the tensor ends at 16777996; the file has 1184",
            plan -> tensor(plan, 3).put("page", 1)),
        fault(
            "'weights.tensors[3].offset' is 16777216; 12 bytes from there don't fit a page",
            plan -> tensor(plan, 3).put("offset", 1 << 24)),
        fault(
            "'weights.tensors[2].id' is 4; expected its place, 2",
            plan -> tensor(plan, 2).put("id", 4)),
        fault(
            "'weights.pages' is 2; 1184 bytes take 1",
            plan -> plan.getJsonObject("weights").put("pages", 2)),
        // Batches.
        fault(
            "'batches[1].batch' is 1 after 1; expected ascending sizes",
            plan -> object(plan, "batches", 1).put("batch", 1)),
        fault(
            "'batches[0].inputs[0].bytes' is 32; 1 rows of 'x' are 24",
            plan -> extent(plan, 0, "inputs", 0).put("bytes", 32)),
        fault(
            "'batches[0].outputs[0]' lies at [256, 268), where another input or output lies",
            plan -> extent(plan, 0, "outputs", 0).put("offset", 256)),
        fault(
            "'batches[0].outputs[1]' has 4 bytes at offset 768, which end at 772; the area has 512",
            plan -> object(plan, "batches", 0).put("io_bytes", 512)),
        fault(
            "'batches[1].targets.cpu:x86-64' is missing",
            plan -> object(plan, "batches", 1).getJsonObject("targets").remove(Perceptron.CPU)),
        fault(
            "'batches[1].targets.cpu:x86-64-v3' is not among 'targets'",
            plan -> {
              JsonObject targets = object(plan, "batches", 1).getJsonObject("targets");
              targets.put("cpu:x86-64-v3", targets.getJsonObject(Perceptron.CPU));
            }),
        fault(
            "'targets.cpu:arm' is no target",
            plan -> {
              JsonObject targets = plan.getJsonObject("targets");
              targets.put("cpu:arm", targets.getJsonObject(Perceptron.CPU));
            }),
        // Ops.
        fault(
            CPU + ".ops[0].module' is 1; the target has 1 modules",
            plan -> cpu(plan, 0).put("module", 1)),
        fault(
            CPU + ".ops[0].args[0]' has 256 bytes at offset 1024, which end at 1280; the area has",
            plan -> argument(cpu(plan, 0), 0, list("io", 1024, 256, "float32", list(64)))),
        fault(
            CPU + ".ops[0].args[0]' has 48 bytes; float32 [2, 7] takes 56",
            plan -> argument(cpu(plan, 0), 0, list("io", 0, 48, "float32", list(2, 7)))),
        fault(
            CPU + ".ops[0].args[1]' names tensor 5; there are 5",
            plan -> argument(cpu(plan, 0), 1, list("w", 5, "float32", list(6, 8)))),
        fault(
            CPU + ".ops[0].args[0]' is no argument of a CPU's kernel",
            plan -> argument(cpu(plan, 0), 0, list("i32", 5))),
        fault(
            CPU + ".ops[0].writes[0]' is 4; the op has 4 arguments",
            plan -> cpu(plan, 0).put("writes", list(4))),
        fault(
            CPU + ".ops[0].args[1]' writes weight 0; weights are never written",
            plan -> cpu(plan, 0).put("writes", list(1, 3))),
        fault(
            CPU + ".ops[4].args[1]' writes io [0, 8), where input 0 lies",
            plan -> argument(cpu(plan, 4), 1, list("io", 0, 8, "int32", list(2, 1)))),
        fault(
            CPU + ".ops[1].args[0]' reads ws [0, 64), which no earlier op wrote as a whole",
            plan -> cpu(plan).remove(0)),
        fault(
            CPU + ".ops[2].args[2]' writes ws [0, 128), a part of what it reads",
            plan -> argument(cpu(plan, 2), 2, list("ws", 0, 128, "float32", list(4, 8)))),
        fault(
            CPU + ".ops[2].args[1]' writes ws [0, 64), where it also writes ws [0, 64)",
            plan -> {
              argument(cpu(plan, 2), 1, list("ws", 0, 64, "float32", list(2, 8)));
              cpu(plan, 2).put("writes", list(0, 1));
            }),
        fault(CPU + ".ops' never write 'outputs[1]' as a whole", plan -> cpu(plan).remove(4)),
        fault(
            CUDA + ".ops[0].grid[1]' is 65536; expected a whole number from 1 to 65535",
            plan -> cuda(plan, 0).put("grid", list(1, 65536, 1))),
        fault(
            CUDA + ".ops[0].block' makes 2048 threads; at most 1024 fit a block",
            plan -> cuda(plan, 0).put("block", list(64, 32, 1))),
        fault(
            CUDA + ".ops[0].shared_bytes' is 232449; expected a whole number from 0 to 232448",
            plan -> cuda(plan, 0).put("shared_bytes", (227 << 10) + 1)),
        fault(
            CUDA + ".ops[0].args[4]' has 3 elements; expected 2",
            plan -> argument(cuda(plan, 0), 4, list("i32", 1, 2))),
        fault(
            CUDA + ".ops[0].args[4][1]' is 4294967296; expected a whole number from",
            plan -> argument(cuda(plan, 0), 4, list("i32", 1L << 32))),
        fault(
            CUDA + ".ops[0].writes[0]' is 4, an argument that is no tensor",
            plan -> cuda(plan, 0).put("writes", list(4))),
        // Goldens.
        fault(
            "'golden.outputs' has 1 elements; expected 2",
            plan -> plan.getJsonObject("golden").getJsonArray("outputs").remove(1)),
        fault(
            "'golden.tolerance' is -1; expected a number from 0.0 to 1.0",
            plan -> plan.getJsonObject("golden").put("tolerance", -1)));
  }

  @Test
  void aPlanOfAnotherFormatSaysOnlyThat() throws IOException {
    model.plan().put("format", "clockwork-model/2").put("surprise", 1).remove("name");
    model.save();

    assertEquals(
        List.of(
            model.folder().resolve("model.json")
                + ":2:14: 'format' is 'clockwork-model/2'; expected 'clockwork-model/1', which this"
                + " build reads: compile the model again"),
        problems());
  }

  @Test
  void allProblemsAreToldAtOnceUpToABound() throws IOException {
    model.plan().put("align", 0).put("precision", "none");
    model.save();
    assertEquals(2, problems().size());

    JsonArray tensors = model.plan().getJsonObject("weights").getJsonArray("tensors");
    for (int i = 0; i < 30; i++) {
      tensors.add("none");
    }
    model.save();
    assertEquals(21, problems().size());
    assertTrue(problems().getLast().matches("and \\d+ more"), problems().getLast());
  }

  @Test
  void aKernelThatItsModuleLacksIsNamedWithTheOpThatAsksForIt() throws IOException {
    cpu(model.plan(), 3).put("kernel", "__tvm_ffi_conv");
    model.save();

    assertEquals(
        List.of(
            model.folder().resolve("kernels/cpu.so")
                + ": has no kernel '__tvm_ffi_conv', which"
                + " 'batches[1].targets.cpu:x86-64.ops[3].kernel' names"),
        problems());
  }

  @Test
  void machineCodeForAnotherMachineIsRefused() throws IOException {
    byte[] cubin = ElfFile.defining(ElfFile.CUDA, List.of("dense"));
    Files.write(model.folder().resolve("kernels/cpu.so"), cubin);
    model
        .plan()
        .getJsonObject("targets")
        .getJsonObject(Perceptron.CPU)
        .getJsonArray("modules")
        .getJsonObject(0)
        .put("bytes", cubin.length)
        .put("sha256", Perceptron.sha256(cubin));
    model.save();

    assertEquals(
        List.of(model.folder().resolve("kernels/cpu.so") + ": is for machine 190; expected 62"),
        problems());
  }

  @Test
  void aFileThatIsNotAsLongAsThePlanSaysIsRefused() throws IOException {
    Path weights = model.folder().resolve("weights.bin");
    Files.write(weights, new byte[100]);

    assertEquals(List.of(weights + ": holds 100 bytes; 'weights.bytes' is 1184"), problems());
  }

  private List<String> problems() {
    return assertThrows(PlanException.class, () -> CheckedModel.open(model.folder(), _ -> true))
        .problems();
  }

  private static Arguments fault(String expected, Consumer<JsonObject> fault) {
    return Arguments.of(expected, fault);
  }

  private static JsonObject object(JsonObject plan, String list, int at) {
    return plan.getJsonArray(list).getJsonObject(at);
  }

  private static JsonObject tensor(JsonObject plan, int id) {
    return object(plan.getJsonObject("weights"), "tensors", id);
  }

  private static JsonObject extent(JsonObject plan, int batch, String list, int at) {
    return object(object(plan, "batches", batch), list, at);
  }

  /** Those of batch size 2. */
  private static JsonArray cpu(JsonObject plan) {
    return ops(plan, 1, Perceptron.CPU);
  }

  private static JsonObject cpu(JsonObject plan, int op) {
    return cpu(plan).getJsonObject(op);
  }

  /** Of batch size 4. */
  private static JsonObject cuda(JsonObject plan, int op) {
    return ops(plan, 2, Perceptron.CUDA).getJsonObject(op);
  }

  private static JsonArray ops(JsonObject plan, int batch, String target) {
    return object(plan, "batches", batch)
        .getJsonObject("targets")
        .getJsonObject(target)
        .getJsonArray("ops");
  }

  private static void argument(JsonObject op, int at, JsonArray argument) {
    op.getJsonArray("args").set(at, argument);
  }

  private static JsonArray list(Object... values) {
    return new JsonArray(List.of(values));
  }
}
