package org.clockwork.test.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.scheduler.Chronicle;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Conditions;
import org.clockwork.core.sim.Invariants;
import org.clockwork.core.sim.Legs;
import org.clockwork.core.sim.Payloads;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.Witness;
import org.clockwork.core.sim.World;

/**
 * A cluster, a load and a string of mishaps, all drawn from one seed: from a single tight GPU under
 * ten times its load to several workers that come, crash and go.
 */
final class Scenario {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000_000;

  /** Longer than any objective and any slow spell, so that everything begun can end. */
  private static final long DRAIN_NANOS = 4_000 * MILLIS;

  /** By then the first workers have said what they could serve. */
  private static final long JOINED_NANOS = 3 * MILLIS;

  /** Those that schedule; the others are for tests and keep to fewer invariants. */
  private static final List<String> POLICIES = List.of("default", "infer5");

  private final RandomGenerator chance;
  private final Conditions conditions;
  private final SchedulerConfig config;
  private final List<ModelSource> sources;
  private final long runNanos;
  private final long worldSeed;
  private World world;

  Scenario(long seed) {
    this.chance = new SplittableRandom(seed);
    this.conditions = drawConditions();
    this.config = drawConfig();
    this.sources = drawSources();
    this.runNanos = chance.nextLong(200, 1_200) * MILLIS;
    this.worldSeed = chance.nextLong();
  }

  Invariants invariants() {
    return invariants(config);
  }

  /** For a policy that keeps to these constants. */
  Invariants invariants(SchedulerConfig kept) {
    return new Invariants(kept, conditions);
  }

  /** Lets it all happen, in front of this witness; leaves the drained world. */
  World play(Witness witness, Tap tap) {
    return play(witness, tap, config);
  }

  /** The same, with a scheduler that takes these for its constants. */
  World play(Witness witness, Tap tap, SchedulerConfig believed) {
    return play(witness, tap, believed, POLICIES.get(chance.nextInt(POLICIES.size())));
  }

  /** The same, under this policy. */
  World play(Witness witness, Tap tap, SchedulerConfig believed, String policy) {
    return play(new World(worldSeed, conditions, believed, Policies.named(policy), witness, tap));
  }

  /** The same, with a chronicle kept of the scheduler. */
  World play(Witness witness, Tap tap, String policy, Chronicle chronicle) {
    return play(
        new World(worldSeed, conditions, config, Policies.named(policy), chronicle, witness, tap));
  }

  private World play(World made) {
    world = made;
    startWorkers();
    world.at(JOINED_NANOS, this::startClients);
    planMishaps();
    world.runUntil(runNanos);
    drain();
    return world;
  }

  World world() {
    return world;
  }

  SchedulerConfig config() {
    return config;
  }

  private Conditions drawConditions() {
    long legNanos = oneOf(20 * MICROS, 200 * MICROS, 200 * MICROS, 500 * MICROS);
    return new Conditions(
        Legs.normal(legNanos, legNanos / oneOf(1_000, 10, 4)),
        oneOf(0, 1, 20) / 1_000.0,
        oneOf(0, 100 * MICROS, MILLIS),
        oneOf(0, 0, 100 * MICROS, MILLIS),
        chance.nextLong(1, 100) * MILLIS,
        oneOf(0, 0, 200_000_000, 3_000_000_000L));
  }

  private SchedulerConfig drawConfig() {
    SchedulerConfig published = SchedulerConfig.DEFAULT;
    return new SchedulerConfig(
        oneOf(20, 100, 100) * MILLIS,
        published.sloBufferNanos(),
        oneOf(2, 5, 10, 10) * MILLIS,
        published.latestDeltaNanos(),
        published.loadHorizonNanos(),
        published.maxLagNanos(),
        published.maxExecNanos(),
        (int) oneOf(1, 4, 8, 16, 16),
        published.controlLegNanos(),
        (int) oneOf(5, 50, 10_000, 10_000),
        published.maxModels());
  }

  private List<ModelSource> drawSources() {
    List<Measured> zoo = new ArrayList<>(Zoo.models());
    List<ModelSource> drawn = new ArrayList<>();
    int count = chance.nextInt(1, 5);
    for (int i = 0; i < count; i++) {
      drawn.add(settled(zoo.remove(chance.nextInt(zoo.size()))));
    }
    if (chance.nextInt(3) == 0) {
      drawn.add(settled(Zoo.find("fast_100us").orElseThrow()));
    }
    if (chance.nextInt(3) == 0) {
      Measured slow = zoo.remove(chance.nextInt(zoo.size()));
      drawn.add(settled(loadingIn(chance.nextLong(150, 400) * MILLIS, slow)));
    }
    return drawn;
  }

  /**
   * With tensors that cost nothing to make: some inputs ride along, the others are held and pushed.
   */
  private Measured settled(Measured model) {
    ModelSpec spec = model.spec();
    TensorSpec input = new TensorSpec("in", DataType.UINT8, List.of((int) oneOf(100, 10_000)));
    TensorSpec output = new TensorSpec("out", DataType.UINT8, List.of(4));
    return new Measured(
        new ModelSpec(
            spec.name(),
            spec.source(),
            List.of(input),
            List.of(output),
            spec.weightsBytes(),
            spec.defaultSloNanos()),
        model.profile(),
        new ModelSettings(
            chance.nextInt(4) == 0 ? Optional.of(oneOf(15, 60, 250) * MILLIS) : Optional.empty(),
            List.of(),
            List.of(),
            chance.nextInt(4) == 0,
            chance.nextInt(3)));
  }

  private static Measured loadingIn(long loadNanos, Measured model) {
    Profile profile = model.profile();
    return new Measured(
        model.spec(),
        new Profile(
            profile.pages(),
            loadNanos,
            profile.inputNanos(),
            profile.outputNanos(),
            profile.execNanos()),
        model.settings());
  }

  // Workers

  private void startWorkers() {
    int workers = chance.nextInt(1, 4);
    for (int i = 0; i < workers; i++) {
      WorkerId id = new WorkerId("w" + i);
      List<DeviceSpec> gpus = drawGpus();
      if (i == 0 || chance.nextInt(3) > 0) {
        start(id, gpus);
      } else {
        world.at(sometime(), () -> start(id, gpus));
      }
      if (chance.nextInt(4) == 0) {
        leaveAndComeBack(id, gpus);
      }
    }
  }

  private void start(WorkerId id, List<DeviceSpec> gpus) {
    if (!world.present(id)) {
      world.startWorker(id, gpus, sources, new Mishaps(world, chance, conditions.execSigma()));
    }
  }

  private void leaveAndComeBack(WorkerId id, List<DeviceSpec> gpus) {
    long leavesNanos = sometime();
    if (chance.nextInt(3) > 0) {
      world.at(leavesNanos, () -> world.crash(id));
    } else {
      world.at(leavesNanos, () -> world.shutDown(id, chance.nextLong(60) * MILLIS));
    }
    if (chance.nextBoolean()) {
      world.at(leavesNanos + chance.nextLong(1, 400) * MILLIS, () -> start(id, gpus));
    }
  }

  private List<DeviceSpec> drawGpus() {
    List<DeviceSpec> gpus = new ArrayList<>();
    int largest =
        sources.stream().mapToInt(source -> ((Measured) source).profile().pages()).max().orElse(1);
    int count = chance.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      int pages = largest + (int) oneOf(0, chance.nextInt(largest), 2L * largest, 1_000);
      gpus.add(
          new DeviceSpec(
              chance.nextInt(3) == 0 ? "other" : SimulatedDevice.KIND,
              DeviceSpec.PAGE_BYTES,
              pages,
              chance.nextInt(4) == 0,
              SimulatedDevice.IO_SLOTS));
    }
    return gpus;
  }

  // Load

  private void startClients() {
    int clients = chance.nextInt(1, 3);
    for (int i = 0; i < clients; i++) {
      GatewayId id = new GatewayId("g" + i);
      var workload = new DrawnWorkload(chance, sources, runNanos / clients).draw();
      Payloads payloads =
          chance.nextBoolean()
              ? Payloads.GENERATED
              : Payloads.mixed(new SplittableRandom(chance.nextLong()));
      var measured = org.clockwork.core.workload.Measured.ALL;
      world.startClient(id, workload, measured, payloads, chance.nextLong());
      if (chance.nextInt(3) == 0) {
        int times = chance.nextInt(20);
        for (int time = 0; time < times; time++) {
          world.at(sometime(), () -> world.giveUpOne(id));
        }
      }
    }
  }

  private void planMishaps() {
    if (chance.nextInt(3) == 0) {
      ModelSource source = sources.get(chance.nextInt(sources.size()));
      String name = source.name() + (chance.nextBoolean() ? "" : "#2");
      long unwantedNanos = sometime();
      world.at(unwantedNanos, () -> world.unwant(name));
      if (chance.nextBoolean()) {
        world.at(
            unwantedNanos + chance.nextLong(50) * MILLIS, () -> world.want(name, source.name()));
      }
    }
    if (chance.nextInt(10) == 0) {
      world.at(sometime(), () -> world.want("nowhere", "nowhere"));
    }
  }

  private void drain() {
    if (chance.nextInt(4) == 0) {
      world.drainController();
    }
    if (chance.nextInt(4) == 0) {
      world.drainGateway(new GatewayId("g0"));
    }
    world.drain(DRAIN_NANOS);
  }

  private long sometime() {
    return chance.nextLong(runNanos);
  }

  private long oneOf(long... values) {
    return values[chance.nextInt(values.length)];
  }
}
