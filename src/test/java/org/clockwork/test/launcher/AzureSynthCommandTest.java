package org.clockwork.test.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.clockwork.client.TraceFolder;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.launcher.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code ./clockwork azure-synth}: traces where the published one is not at hand. */
class AzureSynthCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void writesADayAFileThatReadsAsWhatWasMadeUp() throws Exception {
    Path into = folder.resolve("new/traces");
    assertEquals(
        0,
        execute("--out", into.toString(), "--functions=70", "--days=3", "--seed=9"),
        err::toString);
    try (Stream<Path> files = Files.list(into)) {
      assertEquals(
          List.of(
              "invocations_per_function_md.anon.d01.csv",
              "invocations_per_function_md.anon.d02.csv",
              "invocations_per_function_md.anon.d03.csv"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    AzureSynth made = new AzureSynth(70, 9);
    TraceFolder read = new TraceFolder(into);
    for (int day = 1; day <= 3; day++) {
      assertEquals(made.day(day).total(), read.day(day).total());
      assertEquals(70, read.day(day).functions().size());
    }
    assertTrue(out.toString().contains("AZURE_TRACE_DIR=" + into + " ./clockwork client azure"));
  }

  @Test
  void aFileThatIsThereIsKeptUnlessOneSaysOtherwise() throws Exception {
    Path second = folder.resolve("invocations_per_function_md.anon.d02.csv");
    Files.writeString(second, "mine");
    assertRefused(
        second + " is there already; choose another --out, or replace it with --overwrite",
        "--functions=5",
        "--days=2");
    // Nothing was begun that can't be finished.
    assertTrue(Files.notExists(folder.resolve("invocations_per_function_md.anon.d01.csv")));
    assertEquals("mine", Files.readString(second));
    assertEquals(
        0, execute("--out=" + folder, "--functions=5", "--days=2", "--overwrite"), err::toString);
    assertEquals(5, new TraceFolder(folder).day(2).functions().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--functions=0 | --functions 0: expected a whole number from 1 to 1000000",
        "--functions=-46000 | --functions -46000: expected a whole number from 1 to 1000000",
        "--days=15 | --days 15: expected a whole number from 1 to 14",
        "--functions=many | for option '--functions': 'many' is not an int",
        "--seed=x | for option '--seed': 'x' is not a long",
        "--function=5 | Unknown option: '--function=5'",
      })
  void wrongOptionsAreNamedWithWhatIsExpected(String option, String message) {
    assertRefused(message, option);
  }

  @Test
  void aFolderThatCantBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(2, execute("--out=" + file, "--functions=5"));
    assertTrue(err.toString().contains("--out " + file + " is no folder"), err.toString());
    assertEquals(2, execute("--out=" + file + "/in", "--functions=5"));
    assertTrue(err.toString().contains("/in can't be written: "), err.toString());
    assertEquals(2, execute("--functions=5"));
    assertTrue(err.toString().contains("Missing required option: '--out=DIR'"), err.toString());
  }

  private void assertRefused(String message, String... options) {
    List<String> all = new ArrayList<>(List.of("--out=" + folder));
    all.addAll(List.of(options));
    assertEquals(2, execute(all.toArray(String[]::new)));
    assertTrue(err.toString().contains(message), err.toString());
  }

  private int execute(String... options) {
    List<String> all = new ArrayList<>(List.of("azure-synth"));
    all.addAll(List.of(options));
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = commandLine.execute(all.toArray(String[]::new));
    commandLine.getOut().flush();
    commandLine.getErr().flush();
    return code;
  }
}
