package org.clockwork.test.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.clockwork.core.trace.AzureFormat;
import org.clockwork.core.trace.AzureReader;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.trace.Invocations;
import org.clockwork.core.trace.Trace;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;

/** What is made up has the shape that was published, whatever the seed. */
class AzureSynthTest {
  private static final int FUNCTIONS = 4_000;

  @Test
  void fewFunctionsHaveNearlyAllInvocationsAndTheTailIsCold() {
    Seeds.each(
        10,
        seed -> {
          Trace trace = new AzureSynth(FUNCTIONS, seed).day(1);
          List<Invocations> functions = trace.functions();
          assertEquals(FUNCTIONS, functions.size());
          long hot =
              functions.subList(0, FUNCTIONS * 19 / 100).stream()
                  .mapToLong(Invocations::total)
                  .sum();
          assertTrue(hot > 0.985 * trace.total(), hot + " of " + trace.total());
          assertEquals(0.45, shareUpTo(24, functions), 0.02);
          assertEquals(0.81, shareUpTo(1_440, functions), 0.01);
          assertTrue(functions.getLast().total() >= 1);
        });
  }

  @Test
  void asManyFunctionsAsPublishedHaveHundredsOfMillionsOfInvocationsADay() {
    Trace trace = new AzureSynth(AzureSynth.FUNCTIONS, 1).day(1);
    assertEquals(745e6, (double) trace.total(), 15e6);
    long hottest = trace.functions().getFirst().total();
    assertTrue(hottest > 20e6 && hottest < 40e6, hottest + " of the hottest");
    long hot =
        trace.functions().subList(0, AzureSynth.FUNCTIONS * 19 / 100).stream()
            .mapToLong(Invocations::total)
            .sum();
    assertTrue(hot > 0.99 * trace.total(), hot + " of " + trace.total());
  }

  @Test
  void timersFireEveryPeriodAndNeverBetween() {
    AzureSynth synth = new AzureSynth(FUNCTIONS, 1);
    Set<Integer> periods = new HashSet<>();
    int timers = 0;
    for (int function = 0; function < FUNCTIONS; function++) {
      String line = synth.line(function, 1);
      if (line.split(",", 5)[3].equals("timer")) {
        timers++;
        int[] counts = counts(line);
        int[] fired = IntStream.range(0, 1_440).filter(m -> counts[m] > 0).toArray();
        int period = fired.length == 1 ? 1_440 : fired[1] - fired[0];
        periods.add(period);
        for (int i = 1; i < fired.length; i++) {
          assertEquals(period, fired[i] - fired[i - 1]);
        }
      }
    }
    assertEquals(Set.of(1, 5, 15, 60, 1_440), periods);
    assertEquals(0.156, timers / (double) FUNCTIONS, 0.001);
  }

  @Test
  void thereIsMoreByDayThanByNightAndSpikesOnTheHour() {
    Seeds.each(
        5,
        seed -> {
          int[] all = new int[Invocations.MINUTES];
          new AzureSynth(20_000, seed).day(1).functions().forEach(each -> each.addTo(all, 0));
          long night = Arrays.stream(all, 0, 6 * 60).asLongStream().sum();
          long afternoon = Arrays.stream(all, 12 * 60, 18 * 60).asLongStream().sum();
          assertTrue(afternoon > 1.3 * night, afternoon + " against " + night);
          long onTheHour = everyHourAt(0, all);
          long later = everyHourAt(37, all);
          assertTrue(onTheHour > 1.25 * later, onTheHour + " against " + later);
        });
  }

  @Test
  void theSameSeedGivesTheSameFunctionsAndEachDayOtherCounts() {
    Seeds.each(
        50,
        seed -> {
          AzureSynth one = new AzureSynth(40, seed);
          AzureSynth same = new AzureSynth(40, seed);
          AzureSynth other = new AzureSynth(40, seed + 1);
          // Any line can be made alone, in any order.
          for (int function = 39; function >= 0; function--) {
            assertEquals(one.line(function, 3), same.line(function, 3));
            assertNotEquals(one.line(function, 3), other.line(function, 3));
            assertEquals(names(one.line(function, 3)), names(one.line(function, 4)));
          }
          assertNotEquals(one.day(3).total(), one.day(4).total());
        });
  }

  @Test
  void itsLinesAreOfThePublishedFormatAndGiveTheSameTrace() {
    AzureSynth synth = new AzureSynth(300, 7);
    AzureReader reader = new AzureReader("made.csv");
    reader.take(AzureFormat.HEADER);
    Set<String> names = new HashSet<>();
    for (int function = 0; function < synth.functions(); function++) {
      String line = synth.line(function, 2);
      reader.take(line);
      assertTrue(names(line).matches("([0-9a-f]{64},){3}[a-z]+"), names(line));
      names.add(names(line).split(",", 4)[2]);
    }
    assertEquals(300, names.size());
    Trace read = reader.trace();
    Trace made = synth.day(2);
    for (int i = 0; i < 300; i++) {
      assertTrue(Arrays.equals(counts(made, i), counts(read, i)), "function " + i);
    }
  }

  @Test
  void oneFunctionIsATraceAndNoneIsAnError() {
    assertEquals(1, new AzureSynth(1, 1).day(1).functions().size());
    assertThrows(IllegalArgumentException.class, () -> new AzureSynth(0, 1));
  }

  private static double shareUpTo(long total, List<Invocations> functions) {
    return functions.stream().filter(each -> each.total() <= total).count()
        / (double) functions.size();
  }

  private static long everyHourAt(int minute, int[] all) {
    return IntStream.range(0, 24).mapToLong(hour -> all[60 * hour + minute]).sum();
  }

  private static String names(String line) {
    String[] columns = line.split(",", 5);
    return String.join(",", List.of(columns).subList(0, 4));
  }

  private static int[] counts(String line) {
    return Arrays.stream(line.split(",")).skip(4).mapToInt(Integer::parseInt).toArray();
  }

  private static int[] counts(Trace trace, int function) {
    int[] counts = new int[Invocations.MINUTES];
    trace.functions().get(function).addTo(counts, 0);
    return counts;
  }
}
