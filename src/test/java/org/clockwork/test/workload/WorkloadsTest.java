package org.clockwork.test.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.workload.ArrivalProcess.ClosedLoop;
import org.clockwork.core.workload.ArrivalProcess.Poisson;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Course;
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
            "poisson-open-loop num_models rate",
            "comparison_experiment [num_models 15] [rate 1000]",
            "comparison_experiment2 [num_models 15] [concurrency 16]",
            "bursty_experiment [num_models 3600]",
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
