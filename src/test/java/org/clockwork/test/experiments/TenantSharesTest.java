package org.clockwork.test.experiments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Course;
import org.clockwork.core.workload.Workload;
import org.clockwork.experiments.Account;
import org.clockwork.experiments.Measurement;
import org.clockwork.experiments.Setting;
import org.clockwork.experiments.Trial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What tenants get of GPUs that are too few for all of them: 10 models, 100 ms unless said. Loads
 * are parts of what the GPUs would do in full batches; sums over five seeds.
 */
class TenantSharesTest {
  private static final int SEEDS = 5;
  private static final double PER_GPU_SECOND = 16 / 0.01733;

  /** Whether all tenants ask for the same models. */
  private boolean shared = true;

  private int gpus = 1;
  private long sloMillis = 100;
  private double seconds = 8;
  private Map<String, Double> weights = Map.of();

  /** What each tenant's requests came to, from the same arrivals for the same seed. */
  private record Got(double goodput, double offered, long limited) {
    Got and(Account account) {
      return new Got(
          goodput + account.goodputPerSecond(),
          offered + account.offeredPerSecond(),
          limited + account.refusedByCause().getOrDefault(RefusalCause.TENANT_LIMIT, 0L));
    }
  }

  private SequencedMap<String, Got> got(SequencedMap<String, Double> loads) {
    SequencedMap<String, Got> all = new LinkedHashMap<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      Trial.run(setting(loads), Policies.named(Policies.DEFAULT), seed)
          .last()
          .parties()
          .forEach(
              (tenant, account) ->
                  all.merge(tenant, new Got(0, 0, 0).and(account), (sum, _) -> sum.and(account)));
    }
    return all;
  }

  private Setting setting(SequencedMap<String, Double> loads) {
    ModelSource source = Zoo.find("resnet50_v2").orElseThrow();
    List<Setting.Machine> machines = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      machines.add(Setting.Machine.of(1, List.of(source)));
    }
    Workload.Copies copies = new Workload.Copies(source.name(), 10);
    List<Setting.Party> parties = new ArrayList<>();
    loads.forEach(
        (tenant, load) -> {
          int each = 10 / loads.size();
          int first = parties.size() * each;
          List<String> models =
              shared ? copies.names() : copies.names().subList(first, first + each);
          parties.add(new Setting.Party(tenant, poisson(tenant, copies, models, load)));
        });
    long nanos = Math.round(seconds * 1e9);
    return new Setting(
        machines,
        parties,
        Conditions.COMMON_GROUND,
        SchedulerConfig.DEFAULT.withTenants(weights, 256),
        List.of(),
        Measurement.of(3_000_000_000L, nanos));
  }

  private Workload poisson(
      String tenant, Workload.Copies copies, List<String> models, double load) {
    double perSecond = load * gpus * PER_GPU_SECOND / models.size();
    return new Workload(
        tenant,
        List.of(copies),
        models.stream()
            .map(
                model ->
                    new Workload.Stream(
                        List.of(model),
                        new ArrivalProcess.Poisson(Course.constant(perSecond)),
                        new Workload.Aim.Same(Objective.ofNanos(sloMillis * 1_000_000)),
                        tenant))
            .toList());
  }

  private static SequencedMap<String, Double> loads(Object... tenantsAndLoads) {
    SequencedMap<String, Double> loads = new LinkedHashMap<>();
    for (int i = 0; i < tenantsAndLoads.length; i += 2) {
      loads.put((String) tenantsAndLoads[i], (Double) tenantsAndLoads[i + 1]);
    }
    return loads;
  }

  @ParameterizedTest
  @CsvSource({
    "1, true, 0.5, 100",
    "1, true, 0.45, 100",
    "1, false, 0.5, 100",
    "1, false, 0.45, 100",
    "6, true, 0.5, 100",
    "6, false, 0.45, 100",
    "1, true, 0.4, 50",
    "1, true, 0.3, 25",
    "6, true, 0.3, 22",
    "6, true, 0.25, 10"
  })
  void whoAsksForTenTimesItsShareCostsNobodyMoreThanOnePercent(
      int gpuCount, boolean sameModels, double load, long objectiveMillis) {
    gpus = gpuCount;
    shared = sameModels;
    sloMillis = objectiveMillis;
    seconds = gpuCount == 1 ? 8 : 2;
    double beside = got(loads("a", load, "b", 0.5)).get("a").goodput();
    SequencedMap<String, Got> flooded = got(loads("a", load, "b", 5.0));
    double ratio = flooded.get("a").goodput() / beside;
    assertTrue(ratio >= 0.99, "a keeps only " + ratio);
    assertTrue(flooded.get("b").goodput() >= 0.95 * beside, "b has its own share all the same");
  }

  @Test
  void underOverloadGoodputIsSharedByWeight() {
    weights = Map.of("heavy", 3.0);
    SequencedMap<String, Got> got = got(loads("light", 2.5, "heavy", 7.5));
    double ratio = got.get("heavy").goodput() / got.get("light").goodput();
    assertEquals(3, ratio, 0.15);
  }

  @Test
  void weightsHoldWhereTenantsHaveModelsOfTheirOwnToo() {
    // The lighter one's batches are smaller, so that it loses more until the other is held back.
    shared = false;
    seconds = 12;
    weights = Map.of("heavy", 3.0);
    SequencedMap<String, Got> got = got(loads("light", 5.0, "heavy", 5.0));
    double ratio = got.get("heavy").goodput() / got.get("light").goodput();
    assertEquals(3, ratio, 0.45);
  }

  @Test
  void whatOneDoesNotAskForTheOthersShareEvenly() {
    SequencedMap<String, Got> got = got(loads("little", 0.1, "much", 5.0, "more", 10.0));
    assertTrue(
        got.get("little").goodput() > 0.9 * got.get("little").offered(),
        got.get("little")::toString);
    assertEquals(0, got.get("little").limited(), "it is below its share");
    assertEquals(1, got.get("more").goodput() / got.get("much").goodput(), 0.03);
  }
}
