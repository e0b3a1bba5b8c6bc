package org.clockwork.launcher.replay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.clockwork.codecs.record.Command;
import org.clockwork.codecs.record.Entry;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;

/** Which workers a recording had, and when; which models were wanted, and what they cost. */
final class Fleet implements Consumer<Entry.Turn> {
  /** Inputs and outputs are left out of what is simulated; these cost nothing to make. */
  private static final List<TensorSpec> ONE_BYTE =
      List.of(new TensorSpec("byte", DataType.UINT8, List.of(1)));

  private final List<Machine> machines = new ArrayList<>();
  private final SequencedMap<WorkerId, Machine> present = new LinkedHashMap<>();
  private final Map<ModelId, HostedModel> hosted = new HashMap<>();

  /** By source, then by kind of device. */
  private final Map<String, Map<String, Profiles>> profiles = new HashMap<>();

  private final List<Wish> wishes = new ArrayList<>();
  private int gpusAtOnce;

  /**
   * A model was to be served from then on, or not any more.
   *
   * @param source empty where it was not any more
   */
  record Wish(long nanos, String name, Optional<String> source) {}

  @Override
  public void accept(Entry.Turn turn) {
    switch (turn.event()) {
      case Event.WorkerAnnounced(Announcement announcement) -> announced(announcement, turn);
      case Event.WorkerRetires(WorkerId worker) ->
          Optional.ofNullable(present.get(worker)).ifPresent(it -> it.retires(turn.nanos()));
      case Event.WorkerLeft(WorkerId worker) -> left(worker, turn.nanos());
      case Event.ActionEnded(WorkerId worker, Outcome outcome) ->
          ended(worker, outcome, turn.nanos());
      case Event.ModelWanted(String name, String source) ->
          wishes.add(new Wish(turn.nanos(), name, Optional.of(source)));
      case Event.ModelUnwanted(String name) ->
          wishes.add(new Wish(turn.nanos(), name, Optional.empty()));
      case Event.RequestArrived _,
          Event.RequestCancelled _,
          Event.InputsArrived _,
          Event.GatewayLeft _,
          Event.TenantsWeighted _,
          Event.WakeUp _,
          Event.Draining _ -> {}
    }
    for (Command command : turn.commands()) {
      if (command instanceof Command.Send(WorkerId worker, Action _)) {
        Optional.ofNullable(present.get(worker)).ifPresent(Machine::told);
      }
    }
  }

  private void ended(WorkerId worker, Outcome outcome, long nanos) {
    Optional.ofNullable(present.get(worker)).ifPresent(machine -> machine.answered(nanos));
    if (outcome instanceof Outcome.Registered registered) {
      learn(registered.model());
    }
  }

  private void announced(Announcement announcement, Entry.Turn turn) {
    Machine known = present.get(announcement.worker());
    boolean joins = known == null || !known.is(announcement);
    if (joins) {
      left(announcement.worker(), turn.nanos());
      known = new Machine(announcement, turn.nanos());
      machines.add(known);
      present.put(announcement.worker(), known);
      gpusAtOnce =
          Math.max(gpusAtOnce, present.values().stream().mapToInt(it -> it.gpus().size()).sum());
    }
    known.announced(announcement);
    for (HostedModel model : announcement.hosted()) {
      learn(model);
      if (joins && !withdraws(turn, model.id())) {
        // Held from before: taken over from another controller, or known here anyway.
        wishes.add(new Wish(turn.nanos(), model.spec().name(), Optional.of(model.spec().source())));
      }
    }
  }

  private static boolean withdraws(Entry.Turn turn, ModelId model) {
    return turn.commands().stream()
        .anyMatch(
            command ->
                command instanceof Command.Send(WorkerId _, Action.Withdraw withdraw)
                    && withdraw.model().equals(model));
  }

  private void left(WorkerId worker, long nanos) {
    Machine machine = present.remove(worker);
    if (machine != null) {
      machine.left(nanos);
    }
  }

  private void learn(HostedModel model) {
    hosted.put(model.id(), model);
    profiles.computeIfAbsent(model.spec().source(), _ -> new HashMap<>()).putAll(model.profiles());
  }

  /** What the model takes on that GPU, as its worker said. */
  Optional<Profiles> profiles(GpuId gpu, ModelId model) {
    Machine machine = present.get(gpu.worker());
    HostedModel known = hosted.get(model);
    return machine == null || known == null || gpu.index() >= machine.gpus().size()
        ? Optional.empty()
        : Optional.ofNullable(known.profiles().get(machine.gpus().get(gpu.index()).kind()));
  }

  /** In the order in which they came. */
  List<Machine> machines() {
    return machines;
  }

  List<Wish> wishes() {
    return wishes;
  }

  /** The most that were there at the same time. */
  int gpusAtOnce() {
    return gpusAtOnce;
  }

  /**
   * The models that a machine could bring onto its GPUs of this kind: those that anybody held, for
   * nothing is known of the others.
   */
  List<ModelSource> sources(Machine machine, DeviceSpec gpu) {
    List<ModelSource> sources = new ArrayList<>();
    for (Announcement.Source source : machine.sources()) {
      Profiles known = profiles.getOrDefault(source.name(), Map.of()).get(gpu.kind());
      if (known != null) {
        sources.add(measured(source, known.longest(), gpu));
      }
    }
    return sources;
  }

  private static ModelSource measured(Announcement.Source source, Profile profile, DeviceSpec gpu) {
    ModelSpec spec =
        new ModelSpec(
            source.name(),
            source.name(),
            ONE_BYTE,
            ONE_BYTE,
            // As many bytes as take the pages that were announced.
            (long) profile.pages() * gpu.pageBytes(),
            0);
    // What inputs and outputs took is in the measured delays.
    Profile steps = new Profile(profile.pages(), profile.loadNanos(), 0, 0, profile.execNanos());
    return new ModelSource.Measured(
        spec,
        steps,
        new ModelSettings(
            Optional.empty(), List.of(), List.of(), source.keepWarm(), source.served()));
  }
}
