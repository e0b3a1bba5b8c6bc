package org.clockwork.test.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.clockwork.core.trace.AzureFormat;
import org.clockwork.core.trace.AzureReader;
import org.clockwork.core.trace.Invocations;
import org.clockwork.core.trace.Trace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureReaderTest {
  private static final String NAMES = "owner,app,function,http,";

  @Test
  void countsStandAtTheirMinutes() {
    int[] perMinute = new int[Invocations.MINUTES];
    perMinute[0] = 7;
    perMinute[719] = 120_000_000;
    perMinute[1_439] = 1;
    Trace trace = read(AzureFormat.HEADER, line(perMinute));
    Invocations only = trace.functions().getFirst();
    assertEquals(120_000_008, only.total());
    assertEquals(3, only.busyMinutes());
    assertTrue(Arrays.equals(perMinute, counts(only)));
  }

  @Test
  void theMostInvokedComesFirstAndEqualOnesStayInTheOrderOfTheFile() {
    Trace trace =
        read(AzureFormat.HEADER, line(at(1, 5)), line(at(2, 9)), line(at(3, 5)), line(at(4, 0)));
    assertEquals(
        List.of(9L, 5L, 5L, 0L), trace.functions().stream().map(Invocations::total).toList());
    assertEquals(5, counts(trace.functions().get(1))[1]);
    assertEquals(5, counts(trace.functions().get(2))[3]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | column 5 is 'x'; expected a whole number of at most 9 digits",
        "-1 | column 5 is '-1'; expected a whole number",
        "+1 | column 5 is '+1'; expected a whole number",
        "1.5 | column 5 is '1.5'; expected a whole number",
        "'' | column 5 is ''; expected a whole number",
        "9999999999 | column 5 is '9999999999'; expected a whole number",
        "1,1 | has 1445 columns; expected 1444, four that say which function it is and 1440 counts",
      })
  void aMalformedCountIsNamedWithFileLineAndColumn(String first, String message) {
    String rest = ",0".repeat(Invocations.MINUTES - 1);
    String said =
        refused(AzureFormat.HEADER, line(new int[Invocations.MINUTES]), NAMES + first + rest);
    assertTrue(said.startsWith("trace.csv:3: " + message), said);
  }

  @Test
  void aLineWithoutAllColumnsIsRefusedAndSoIsOneOfNoise() {
    assertTrue(refused(AzureFormat.HEADER, "").startsWith("trace.csv:2: has 1 columns"));
    String noise = "z".repeat(10_000_000);
    String said = refused(noise, noise);
    assertTrue(said.contains("trace.csv:1: is 'zzz"), said);
    assertTrue(said.length() < 1_000, () -> said.length() + " characters");
  }

  @Test
  void anythingButTheHeaderInTheFirstLineIsRefused() {
    String said = refused(line(new int[Invocations.MINUTES]));
    assertTrue(
        said.startsWith("trace.csv:1: is 'owner,app,function,http,0,0")
            && said.contains("expected the header HashOwner,HashApp,HashFunction,Trigger,1,2"),
        said);
  }

  @Test
  void ofManyMalformedLinesTheFirstAreToldAndAllAreCounted() {
    String[] lines = new String[101];
    Arrays.fill(lines, "no,count");
    lines[0] = AzureFormat.HEADER;
    List<String> said = refused(lines).lines().toList();
    assertEquals(6, said.size());
    assertTrue(said.get(4).startsWith("trace.csv:6: "), said.get(4));
    assertEquals("trace.csv: 100 lines are malformed in all", said.get(5));
  }

  @Test
  void aFileWithoutAnyFunctionIsNoTrace() {
    assertTrue(refused(AzureFormat.HEADER).startsWith("trace.csv holds no function; expected"));
    assertTrue(refused().startsWith("trace.csv holds no function; expected"));
  }

  @Test
  void countsThatWouldOverflowWhereTheyAddUpAreRefused() {
    int[] much = at(0, 999_999_999);
    assertFalse(read(AzureFormat.HEADER, line(much), line(much)).functions().isEmpty());
    String said = refused(AzureFormat.HEADER, line(much), line(much), line(much));
    assertTrue(
        said.startsWith("trace.csv: the busiest minutes of all functions hold 2999999997"), said);
  }

  private static Trace read(String... lines) {
    AzureReader reader = new AzureReader("trace.csv");
    for (String line : lines) {
      reader.take(line);
    }
    return reader.trace();
  }

  private static String refused(String... lines) {
    return assertThrows(IllegalArgumentException.class, () -> read(lines)).getMessage();
  }

  private static String line(int[] perMinute) {
    return NAMES
        + IntStream.of(perMinute).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  private static int[] counts(Invocations invocations) {
    int[] counts = new int[Invocations.MINUTES];
    invocations.addTo(counts, 0);
    return counts;
  }

  private static int[] at(int minute, int count) {
    int[] perMinute = new int[Invocations.MINUTES];
    perMinute[minute] = count;
    return perMinute;
  }
}
