package org.clockwork.test.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.ArrivalProcess.BurstyClosed;
import org.clockwork.core.workload.ArrivalProcess.BurstyOpen;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.FixedRate;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Bursts;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Distribution;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.WorkloadKind;
import org.clockwork.core.workload.Workloads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadsTest {

  @Test
  void simpleIsTwoCopiesInAClosedLoopOfOneEach() {
    Workload simple = named("simple");
    assertEquals(List.of(new Copies("resnet50_v2", 2)), simple.models());
    assertEquals(
        List.of(List.of("resnet50_v2"), List.of("resnet50_v2#2")),
        simple.streams().stream().map(Workload.Stream::models).toList());
    assertTrue(simple.streams().stream().allMatch(s -> s.arrivals().equals(ClosedLoop.of(1))));
  }

  @Test
  void simpleParametricDealsModelsToClients() {
    Workload workload = named("simple-parametric", "5", "2", "3", "100");
    assertEquals(
        List.of(
            List.of("resnet50_v2", "resnet50_v2#3", "resnet50_v2#5"),
            List.of("resnet50_v2#2", "resnet50_v2#4")),
        workload.streams().stream().map(Workload.Stream::models).toList());
    assertEquals(new ClosedLoop(3, 100, 0), workload.streams().getFirst().arrivals());
  }

  @Test
  void openLoopsSplitTheirRateEvenly() {
    Workload workload = named("poisson-open-loop", "4", "1846.5");
    assertEquals(4, workload.streams().size());
    for (Workload.Stream stream : workload.streams()) {
      assertEquals(new Poisson(Course.constant(1846.5 / 4)), stream.arrivals());
    }
  }

  @Test
  void theComparisonsHaveThePublishedDefaults() {
    Workload open = named("comparison_experiment");
    assertEquals(List.of(new Copies("resnet50_v2", 15)), open.models());
    assertEquals(new Poisson(Course.constant(1000.0 / 15)), open.streams().getFirst().arrivals());
    Workload closed = named("comparison_experiment2");
    assertEquals(15, closed.streams().size());
    assertEquals(ClosedLoop.of(16), closed.streams().getFirst().arrivals());
    assertEquals(3, named("comparison_experiment2", "3").streams().size());
  }

  @Test
  void theFactorsOfSimpleSloFactorGrowByAQuarterGrowByOneAndAlternate() {
    Workload workload = named("simple-slo-factor");
    assertEquals(List.of(new Copies("resnet50_v2", 3)), workload.models());
    assertEquals(List.of(4.0, 4.0, 10.0), factors(workload, 0));
    assertEquals(List.of(4.0, 4.0, 10.0), factors(workload, 9.999));
    assertEquals(List.of(5.0, 5.0, 1.0), factors(workload, 10));
    assertEquals(List.of(6.25, 6.0, 10.0), factors(workload, 25));
    assertEquals(Course.NEVER, workload.endNanos());
    List<Double> muchLater = factors(workload, 1e6);
    assertEquals(1_000, muchLater.get(1), "beyond it an objective would be no objective");
    assertTrue(muchLater.get(0) <= 1_000, muchLater::toString);
  }

  @Test
  void theFirstSloExperimentTightensUntilItsEnd() {
    Workload workload =
        named("slo-exp-1", "m", "4", "fixed-rate", "100", "8", "1", "0.5", "mul", "5");
    assertEquals(List.of(new Copies("m", 4)), workload.models());
    assertEquals(4, workload.streams().size());
    assertEquals(new FixedRate(Course.constant(25)), workload.streams().getFirst().arrivals());
    assertEquals(List.of(8.0, 8.0, 8.0, 8.0), factors(workload, 4.9));
    assertEquals(List.of(1.0, 1.0, 1.0, 1.0), factors(workload, 15));
    assertEquals(20_000_000_000L, workload.endNanos(), "8, 4, 2 and 1, for 5 s each");
  }

  @Test
  void theSecondSloExperimentHasClosedLoopsBesideThat() {
    Workload workload =
        named(
            "slo-exp-2", "m", "2", "poisson", "60", "10", "4", "-2", "add", "1", "3", "16", "250");
    assertEquals(List.of(new Copies("m", 5)), workload.models());
    assertEquals(
        List.of("m", "m#2", "m#3", "m#4", "m#5"),
        workload.streams().stream().map(each -> each.models().getFirst()).toList());
    assertEquals(new Poisson(Course.constant(30)), workload.streams().get(1).arrivals());
    assertEquals(ClosedLoop.of(16), workload.streams().get(2).arrivals());
    assertEquals(List.of(8.0, 8.0, 250.0, 250.0, 250.0), factors(workload, 1));
    assertEquals(4_000_000_000L, workload.endNanos(), "10, 8, 6 and 4");
  }

  @Test
  void theScalabilityExperimentRaisesItsRateUntilItsEnd() {
    Workload workload = named("scalability-exp-1", "10", "100", "400", "2", "mul", "2.5");
    assertEquals(10, workload.streams().size());
    Poisson arrivals = assertInstanceOf(Poisson.class, workload.streams().getLast().arrivals());
    assertEquals(10, arrivals.perSecond().at(0));
    assertEquals(20, arrivals.perSecond().at(2_500_000_000L));
    assertEquals(40, arrivals.perSecond().at(7_000_000_000L));
    assertEquals(7_500_000_000L, workload.endNanos());
  }

  @Test
  void theExampleSendsToEveryModelOfTheZooInFiveWays() {
    Workload example = named("example");
    assertEquals(64, example.models().size());
    assertEquals(5 * 64, example.streams().size());
    Bursts bursts = Bursts.exponential(10_000_000_000L, 20_000_000_000L);
    assertEquals(
        List.of(
            new FixedRate(Course.constant(5)),
            new Poisson(Course.constant(10)),
            new BurstyOpen(Distribution.EXPONENTIAL, 10, bursts),
            ClosedLoop.of(1),
            new BurstyClosed(1, bursts)),
        example.streams().subList(0, 5).stream().map(Workload.Stream::arrivals).toList());
    assertEquals(
        1,
        example.streams().subList(5, 10).stream().map(Workload.Stream::models).distinct().count());
  }

  @Test
  void spamIsManyOutstandingForEachOfManyModels() {
    assertEquals(100, named("spam").streams().size());
    assertEquals(ClosedLoop.of(100), named("spam").streams().getLast().arrivals());
    assertEquals("m", named("spam", "m").models().getFirst().source());
    Choices chosen = Choices.PUBLISHED.withModel("chosen");
    assertEquals("chosen", Workloads.named("spam", List.of(), chosen).models().getFirst().source());
    assertEquals(1, named("single-spam").streams().size());
    assertEquals(3, named("single-spam", "3").streams().size());
    assertEquals(ClosedLoop.of(1_000), named("single-spam").streams().getFirst().arrivals());
  }

  @Test
  void fillMemoryHasAFewHotModelsAndManyColdOnes() {
    Workload workload = named("fill_memory");
    assertEquals(List.of(new Copies("resnet50_v2", 411)), workload.models());
    assertEquals(411, workload.streams().stream().map(Workload.Stream::models).distinct().count());
    double perSecond =
        workload.streams().stream()
            .mapToDouble(each -> ((Poisson) each.arrivals()).perSecond().at(0))
            .sum();
    assertEquals(1_000 + 10 * 10 + 400, perSecond);
  }

  private static List<Double> factors(Workload workload, double seconds) {
    return workload.streams().stream()
        .map(each -> each.aim().at(Math.round(seconds * 1e9)).sloFactor().orElseThrow())
        .toList();
  }

  @Test
  void theModelAndTheObjectiveCanBeChosen() {
    Choices choices =
        Choices.PUBLISHED.withModel("minilm").withObjective(Objective.ofNanos(250_000_000));
    Workload workload = Workloads.named("simple", List.of(), choices);
    assertEquals("minilm", workload.models().getFirst().source());
    assertEquals(Objective.ofNanos(250_000_000), workload.streams().getFirst().aim().at(0));
  }

  @Test
  void eachSaysInOneLineWhatItTakesAndOffers() {
    assertEquals(
        List.of(
            "simple",
            "simple-parametric models clients concurrency requests",
            "example",
            "spam [model resnet50_v2]",
            "single-spam [num_models 1]",
            "fill_memory",
            "poisson-open-loop num_models rate",
            "comparison_experiment [num_models 15] [rate 1000]",
            "comparison_experiment2 [num_models 15] [concurrency 16]",
            "bursty_experiment [num_models 3600]",
            "simple-slo-factor",
            "slo-exp-1 model copies dist rate slo-start slo-end slo-factor slo-op period",
            "slo-exp-2 model copies-fg dist-fg rate-fg slo-start-fg slo-end-fg slo-factor-fg"
                + " slo-op-fg period-fg copies-bg concurrency-bg slo-bg",
            "scalability-exp-1 num_models rate-min rate-max rate-factor rate-op period",
            "azure [num_workers 1] [use_all_models 1] [load_factor 1.0] [memory_load_factor 4]"
                + " [interval 60] [trace 1] [randomise 0] [shuffle 1]",
            "azure_half [shuffle 1]",
            "azure_small",
            "azure_single",
            "azure_fast",
            "azure_scalability_exp num_workers load_factor_min load_factor_max load_factor_inc"
                + " period memory_load_factor [shuffle 1]"),
        Workloads.all().stream().map(WorkloadKind::usage).toList());
    for (WorkloadKind kind : Workloads.all()) {
      assertTrue(!kind.offers().isBlank() && !kind.offers().contains("\n"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "poisson-open-loop | | num_models is missing; expected the number of copies",
        "poisson-open-loop | 4 | rate is missing; expected requests per second in all",
        "poisson-open-loop | 4 fast | rate is 'fast'; expected requests per second in all, a number above 0 and at most 10000000",
        "poisson-open-loop | 4 NaN | rate is 'NaN'",
        "poisson-open-loop | 4 Infinity | rate is 'Infinity'",
        "poisson-open-loop | 4 -3 | rate is '-3'",
        "poisson-open-loop | 2.5 10 | num_models is '2.5'; expected the number of copies, a whole number from 1 to 10000",
        "poisson-open-loop | 99999999999 10 | num_models is '99999999999'",
        "poisson-open-loop | 0 x | num_models is '0'; expected the number of copies, a whole number from 1 to 10000; rate is 'x'",
        "poisson-open-loop | 4 10 7 | no more than 2 parameters but got 3, the first too many being '7'",
        "simple | 3 | no more than 0 parameters but got 1",
        "simple-parametric | 2 3 1 1 | clients=3 is more than models=2",
        "bursty_experiment | 10000 | num_models is '10000'; expected the number of copies, a whole number from 1 to 9999",
        "azure | 0 | num_workers is '0'; expected workers that the load is scaled to, a whole number from 1 to 10000",
        "azure | 6 2 | use_all_models is '2'; expected 1: every kind of the zoo; 0: the model of --model alone, a whole number from 0 to 1",
        "azure | 6 1 -1 | load_factor is '-1'; expected requests, as a multiple of the usual, a number above 0 and at most 1000",
        "azure | 6 1 1 5 | memory_load_factor is '5'",
        "azure | 6 1 1 4 0.5 | interval is '0.5'",
        "azure | 6 1 1 4 60 15 | trace is '15'; expected day of the trace, a whole number from 1 to 14",
        "azure_scalability_exp | 6 1 4 | load_factor_inc is missing; expected added after each period; period is missing",
        "azure | | AZURE_TRACE_DIR is not set, and no trace is at hand; set it to the folder that holds invocations_per_function_md.anon.d01.csv",
        "slo-exp-1 | m 3 uniform 100 10 1 -1 add 5 | dist is 'uniform'; expected how requests arrive, poisson or fixed-rate",
        "slo-exp-1 | m 3 poisson 100 10 1 0 add 5 | slo-factor is '0'; expected what the slo factor is changed by, a number between -1000000 and 1000000, and not 0",
        "slo-exp-1 | m 3 poisson 100 10 1 1 add 5 | slo-start and slo-end: start=10.0 changed by ADD 1.0 never reaches bound=1.0",
        "slo-exp-2 | m 3 poisson 100 10 1 0.5 mul 5 2 16 | slo-bg is missing; expected their slo factor",
        "scalability-exp-1 | 10 100 1000 2 times 5 | rate-op is 'times'; expected how it is changed, add or mul",
        "single-spam | 0 | num_models is '0'",
        "simpel | | there is no workload 'simpel'; there are simple, simple-parametric,",
      })
  void aWrongNameOrParameterIsNamedWithWhatIsExpected(
      String name, String parameters, String expected) {
    List<String> given = parameters == null ? List.of() : List.of(parameters.split(" "));
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> Workloads.named(name, given, Choices.PUBLISHED));
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }

  @Test
  void anErrorShowsTheUsage() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> named("poisson-open-loop"));
    assertTrue(
        error.getMessage().endsWith("usage: client poisson-open-loop num_models rate"),
        error.getMessage());
  }

  private static Workload named(String name, String... parameters) {
    return Workloads.named(name, List.of(parameters), Choices.PUBLISHED);
  }
}
