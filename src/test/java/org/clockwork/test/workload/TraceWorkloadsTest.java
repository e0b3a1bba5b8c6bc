package org.clockwork.test.workload;

import static org.clockwork.test.workload.LoadRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.trace.Invocations;
import org.clockwork.core.trace.Trace;
import org.clockwork.core.workload.ArrivalProcess.Open;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Timeline;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;
import org.clockwork.core.workload.Workloads;
import org.clockwork.test.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The workloads that replay a trace: what the trace says is what is offered. */
class TraceWorkloadsTest {
  private static final int KINDS = Zoo.models().size();
  private static final long MINUTE = 60 * SECOND;

  /** 8 workers make the scale 1, and all 200 models are of one kind. */
  private static final List<String> UNSCALED = List.of("8", "0", "1", "1", "60", "1", "0", "0");

  @Test
  void totalsPerIntervalAreThoseOfTheTraceTimesTheScale() {
    Trace trace =
        new Trace(List.of(function(minute -> minute < 5 ? 600 * minute : 30), function(_ -> 6)));
    // 2 workers at a load factor of 3: a scale of 0.75.
    List<String> scaled = List.of("2", "0", "3", "1", "10", "1", "0", "0");
    Workload azure = Workloads.named("azure", scaled, replaying(trace));
    assertEquals(
        List.of("resnet50_v2", "resnet50_v2#101"),
        azure.streams().stream().map(stream -> stream.models().getFirst()).toList());
    int intervals = 8;
    long[][] sent = new long[2][intervals];
    int runs = 200;
    Seeds.each(
        runs,
        seed -> {
          for (int stream = 0; stream < 2; stream++) {
            Open arrivals = (Open) azure.streams().get(stream).arrivals();
            for (long nanos : until(10 * SECOND * intervals, arrivals, seed)) {
              sent[stream][(int) (nanos / (10 * SECOND))]++;
            }
          }
        });
    for (int interval = 0; interval < intervals; interval++) {
      // A minute's rate for 10 s, and five standard deviations of a Poisson count.
      double hot = (interval < 5 ? 600 * interval : 30) / 6.0 * 0.75 * runs;
      assertEquals(hot, (double) sent[0][interval], 5 * Math.sqrt(hot), "interval " + interval);
      double cold = 0.75 * runs;
      assertEquals(cold, (double) sent[1][interval], 5 * Math.sqrt(cold), "interval " + interval);
    }
  }

  @Test
  void theSameSeedGivesTheSameArrivalsAndAnotherOthers() {
    Trace trace = new Trace(List.of(function(minute -> minute % 7 * 100)));
    Open arrivals =
        (Open) Workloads.named("azure", UNSCALED, replaying(trace)).streams().getFirst().arrivals();
    Seeds.each(
        100,
        seed -> {
          assertEquals(until(5 * MINUTE, arrivals, seed), until(5 * MINUTE, arrivals, seed));
          assertNotEquals(until(5 * MINUTE, arrivals, seed), until(5 * MINUTE, arrivals, seed + 1));
        });
  }

  @Test
  void theFunctionsOfAModelAddUpAndTheTraceBeginsAgainAfterItsLastMinute() {
    List<Invocations> functions = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int least = 400 - i;
      functions.add(function(minute -> least + minute));
    }
    Workload azure = Workloads.named("azure", UNSCALED, replaying(new Trace(functions)));
    assertEquals(200, azure.streams().size());
    for (int model = 0; model < 200; model++) {
      Stream stream = azure.streams().get(model);
      assertEquals(model == 0 ? "resnet50_v2" : "resnet50_v2#" + (model + 1), name(stream));
      int least = 400 - 2 * model + 400 - 2 * model - 1;
      for (int minute : new int[] {0, 1, 717, 1_439}) {
        double perSecond = (least + 2 * minute) / 60.0;
        assertEquals(perSecond, perSecond(stream, minute * MINUTE + 1), 1e-9);
        assertEquals(perSecond, perSecond(stream, (minute + 3 * 1_440L) * MINUTE + 1), 1e-9);
      }
    }
  }

  @Test
  void aModelThatNobodyAsksForIsServedAllTheSame() {
    Trace trace = new Trace(List.of(function(_ -> 1), function(_ -> 0)));
    Workload azure = Workloads.named("azure", UNSCALED, replaying(trace));
    assertEquals(List.of(new Copies("resnet50_v2", 200)), azure.models());
    assertEquals(1, azure.streams().size());
    Trace silent = new Trace(List.of(function(_ -> 0)));
    assertThrows(
        IllegalArgumentException.class,
        () -> Workloads.named("azure", UNSCALED, replaying(silent)));
  }

  @Test
  void aTraceMayBeginInSilence() {
    Trace trace = new Trace(List.of(function(minute -> minute == 700 ? 120 : 0)));
    Open arrivals =
        (Open) Workloads.named("azure", UNSCALED, replaying(trace)).streams().getFirst().arrivals();
    List<Integer> counts = new ArrayList<>();
    Seeds.each(
        200,
        seed -> {
          List<Long> sent = until(3 * 1_440 * MINUTE, arrivals, seed);
          counts.add(sent.size());
          assertTrue(sent.stream().allMatch(nanos -> nanos / MINUTE % 1_440 == 700));
        });
    // Three days of 120, over 200 seeds.
    assertEquals(72_000, counts.stream().mapToInt(Integer::intValue).sum(), 5 * 269);
  }

  @Test
  void whereStartsAreRandomEachFunctionHasOneOfItsOwn() {
    Trace trace = new Trace(List.of(function(minute -> minute), function(minute -> minute / 2)));
    List<String> parameters = List.of("8", "0", "1", "1", "60", "1", "1", "0");
    List<Boolean> apart = new ArrayList<>();
    Seeds.each(
        200,
        seed -> {
          Choices choices = replaying(trace).seeded(seed);
          Workload azure = Workloads.named("azure", parameters, choices);
          Workload again = Workloads.named("azure", parameters, choices);
          int first = (int) Math.round(perSecond(azure.streams().get(0), 0) * 60);
          int second = (int) Math.round(perSecond(azure.streams().get(1), 0) * 60);
          assertEquals(first / 60.0, perSecond(again.streams().get(0), 0), 1e-9);
          assertEquals(
              (first + 10) % 1_440 / 60.0, perSecond(azure.streams().get(0), 10 * MINUTE), 1e-9);
          apart.add(first / 2 != second);
        });
    assertTrue(apart.stream().filter(each -> each).count() > 190);
  }

  @Test
  void azureHasThePublishedModelsByMemoryLoadFactor() {
    int[] each = {3, 13, 29, 66};
    int[] ofOne = {200, 800, 1_800, 4_000};
    for (int factor = 1; factor <= 4; factor++) {
      Workload all = azure("1", "1", "1", Integer.toString(factor));
      assertEquals(KINDS, all.models().size());
      int copies = each[factor - 1];
      assertTrue(all.models().stream().allMatch(kind -> kind.count() == copies));
      Workload one = azure("1", "0", "1", Integer.toString(factor));
      assertEquals(List.of(new Copies("resnet50_v2", ofOne[factor - 1])), one.models());
    }
    assertEquals(4_224, count(azure()));
  }

  @Test
  void byDefaultTheHotFunctionsAreAnywhereAndWithoutShuffleTheyAreFirst() {
    Choices choices = replaying(hundredfold());
    Workload published =
        Workloads.named("azure", List.of("1", "1", "1", "1", "60", "1", "0", "0"), choices);
    double all = sum(published.streams());
    assertEquals(100 * 101 / 2 / 60.0 * 0.125, all, 1e-9);
    // The 50 hottest of 100 functions are on the first half of 192 models.
    double hot = sum(published.streams().subList(0, 50));
    assertEquals(0.747, hot / all, 0.01);
    double[] parts = new double[200];
    Seeds.each(
        200,
        seed -> {
          Workload shuffled =
              Workloads.named("azure", List.of("1", "1", "1", "1"), choices.seeded(seed));
          assertEquals(all, sum(shuffled.streams()), 1e-9);
          List<String> names = names(published.models());
          parts[(int) seed] =
              sum(
                      shuffled.streams().stream()
                          .filter(stream -> names.indexOf(name(stream)) < 96)
                          .toList())
                  / all;
        });
    assertEquals(0.5, Arrays.stream(parts).average().orElseThrow(), 0.02);
  }

  @Test
  void theFixedVariantsHaveThePublishedConstants() {
    Choices choices = replaying(hundredfold());
    Workload half = Workloads.named("azure_half", List.of(), choices);
    assertEquals(3_100, count(half));
    assertEquals(KINDS, half.models().size());
    assertEquals(5_050 / 60.0, sum(half.streams()), 1e-9);
    Workload small = Workloads.named("azure_small", List.of(), choices);
    assertEquals(3 * KINDS, count(small));
    List<String> kinds = Zoo.models().stream().map(kind -> kind.name()).toList();
    // Function i on model i modulo the models: of each kind its first copy, then the second.
    assertEquals(kinds.get(0), name(small.streams().get(0)));
    assertEquals(kinds.get(1) + "#2", name(small.streams().get(KINDS + 1)));
    assertEquals(100 / 60.0, perSecond(small.streams().get(0), 0), 1e-9);
    assertEquals(99 / 60.0, perSecond(small.streams().get(1), 0), 1e-9);
    Workload single = Workloads.named("azure_single", List.of(), choices);
    assertEquals(List.of(new Copies("resnet50_v2", 1)), single.models());
    assertEquals(100 / 60.0, sum(single.streams()), 1e-9);
  }

  @Test
  void theFastVariantPlaysAMinuteInASecondFromARandomMinuteOn() {
    Choices choices = replaying(new Trace(List.of(function(minute -> minute))));
    Stream small = Workloads.named("azure_small", List.of(), choices).streams().getFirst();
    Stream fast = Workloads.named("azure_fast", List.of(), choices).streams().getFirst();
    Stream single = Workloads.named("azure_single", List.of(), choices).streams().getFirst();
    assertEquals(7 / 60.0, perSecond(small, 7 * MINUTE), 1e-9);
    assertEquals(7 / 60.0, perSecond(single, 7 * SECOND), 1e-9);
    long first = Math.round(perSecond(fast, 0) * 60);
    assertNotEquals(0, first);
    assertEquals((first + 7) % 1_440 / 60.0, perSecond(fast, 7 * SECOND), 1e-9);
  }

  @Test
  void theLoadFactorOfTheScalabilityExperimentGrowsUntilItsBoundEndsTheRun() {
    Workload stepped =
        Workloads.named(
            "azure_scalability_exp",
            List.of("8", "1", "3", "0.5", "90", "1", "0"),
            replaying(new Trace(List.of(function(minute -> minute == 1 ? 120 : 60)))));
    Stream stream = stepped.streams().getFirst();
    long[] seconds = {0, 59, 60, 89, 90, 119, 120, 180, 449};
    double[] perSecond = {1, 1, 2, 2, 3, 3, 1.5, 2, 3};
    for (int i = 0; i < seconds.length; i++) {
      assertEquals(perSecond[i], perSecond(stream, seconds[i] * SECOND), 1e-9);
    }
    assertEquals(450 * SECOND, stepped.endNanos());
    assertEquals(60 * SECOND, course(stream).nextChangeNanos(0));
    assertEquals(90 * SECOND, course(stream).nextChangeNanos(60 * SECOND));
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "14"})
  void theDayThatIsNamedIsReplayed(int day) {
    Choices choices =
        Choices.PUBLISHED.withTraces(asked -> new Trace(List.of(function(_ -> asked))));
    List<String> parameters = List.of("8", "0", "1", "1", "60", Integer.toString(day));
    Workload azure = Workloads.named("azure", parameters, choices);
    assertEquals(day / 60.0, sum(azure.streams()), 1e-9);
  }

  private static Workload azure(String... parameters) {
    return Workloads.named("azure", List.of(parameters), replaying(hundredfold()));
  }

  private static Choices replaying(Trace trace) {
    return Choices.PUBLISHED.withTraces(_ -> trace);
  }

  /** 100 functions, invoked 1 to 100 times a minute. */
  private static Trace hundredfold() {
    return new Trace(
        IntStream.rangeClosed(1, 100).mapToObj(count -> function(_ -> count)).toList());
  }

  private static Invocations function(IntUnaryOperator perMinute) {
    return Invocations.of(IntStream.range(0, Invocations.MINUTES).map(perMinute).toArray());
  }

  private static int count(Workload workload) {
    return workload.models().stream().mapToInt(Copies::count).sum();
  }

  /** The first copy of every kind, then the second ones, and so on. */
  private static List<String> names(List<Copies> kinds) {
    List<String> names = new ArrayList<>();
    for (int copy = 0; copy < kinds.getFirst().count(); copy++) {
      for (Copies kind : kinds) {
        names.add(kind.names().get(copy));
      }
    }
    return names;
  }

  private static String name(Stream stream) {
    return stream.models().getFirst();
  }

  private static Course course(Stream stream) {
    return ((Poisson) stream.arrivals()).perSecond();
  }

  private static double perSecond(Stream stream, long elapsedNanos) {
    return course(stream).at(elapsedNanos);
  }

  private static double sum(List<Stream> streams) {
    return streams.stream().mapToDouble(stream -> perSecond(stream, 0)).sum();
  }

  private static List<Long> until(long endNanos, Open process, long seed) {
    Timeline timeline = process.timeline(Seeds.random(seed));
    List<Long> arrivals = new ArrayList<>();
    for (long nanos = timeline.nextNanos(); nanos < endNanos; nanos = timeline.nextNanos()) {
      arrivals.add(nanos);
    }
    return arrivals;
  }
}
