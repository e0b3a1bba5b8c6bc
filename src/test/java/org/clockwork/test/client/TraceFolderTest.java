package org.clockwork.test.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.clockwork.client.LoadConfig;
import org.clockwork.client.TraceFolder;
import org.clockwork.core.trace.AzureFormat;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Measured;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFolderTest {
  private static final AzureSynth MADE = new AzureSynth(30, 1);

  @TempDir Path folder;

  @Test
  void aDayIsFoundUnderEitherPublishedName() throws Exception {
    Files.write(folder.resolve("invocations_per_function_md.anon.d03.csv"), lines(3));
    Files.write(folder.resolve("invocations_per_function_md.svls.anon.d14.csv"), lines(14));
    TraceFolder traces = new TraceFolder(folder);
    assertEquals(MADE.day(3).total(), traces.day(3).total());
    assertEquals(MADE.day(14).total(), traces.day(14).total());
  }

  @Test
  void aDayThatIsMissingIsToldWithWhatToSetAndHowToMakeOne() {
    String said = refused(2);
    assertTrue(
        said.startsWith(
            "there is no trace %s, nor invocations_per_function_md.svls.anon.d02.csv;"
                .formatted(folder.resolve("invocations_per_function_md.anon.d02.csv"))),
        said);
    assertTrue(said.contains("AZURE_TRACE_DIR") && said.contains("clockwork azure-synth"), said);
  }

  @Test
  void aMalformedLineIsNamedWithItsFile() throws Exception {
    Path file = folder.resolve("invocations_per_function_md.anon.d01.csv");
    List<String> lines = lines(1);
    lines.set(17, lines.get(17).replaceFirst(",[0-9]+$", ",many"));
    Files.write(file, lines);
    assertTrue(refused(1).startsWith(file + ":18: column 1444 is 'many'; expected"), refused(1));
  }

  @Test
  void whatIsNoTextIsNoTrace() throws Exception {
    Path file = folder.resolve("invocations_per_function_md.anon.d01.csv");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertEquals(file + " is no text; expected the lines of an Azure Functions trace", refused(1));
  }

  @Test
  void wordsAreCheckedWithoutATraceAndALoadReadsItsTraceOnce() {
    AtomicInteger read = new AtomicInteger();
    Choices choices =
        Choices.PUBLISHED.withTraces(
            day -> {
              read.incrementAndGet();
              return MADE.day(day);
            });
    LoadConfig load = new LoadConfig(List.of("azure", "6"), choices, Measured.ALL);
    load.check();
    assertEquals(0, read.get());
    assertEquals("azure", load.plan(1).workload().name());
    assertEquals(1, read.get());
    LoadConfig wrong = new LoadConfig(List.of("azure", "none"), choices, Measured.ALL);
    assertThrows(IllegalArgumentException.class, wrong::check);
  }

  private String refused(int day) {
    TraceFolder traces = new TraceFolder(folder);
    return assertThrows(IllegalArgumentException.class, () -> traces.day(day)).getMessage();
  }

  private static List<String> lines(int day) {
    List<String> lines = new ArrayList<>(List.of(AzureFormat.HEADER));
    for (int function = 0; function < MADE.functions(); function++) {
      lines.add(MADE.line(function, day));
    }
    return lines;
  }
}
