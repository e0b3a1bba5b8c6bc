package org.clockwork.core.worker;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelName;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profiles;

/** The models in a worker's host memory, and the ones on their way in or out. */
final class HostMemory {
  private final List<Device> devices;
  private final Map<String, ModelSource> sources = new TreeMap<>();
  private final Ledger ledger;
  private final Map<ModelId, Hosting> hosted = new HashMap<>();
  private final Map<ModelId, Registration> registering = new LinkedHashMap<>();
  private final Map<ActionId, Integer> withdrawing = new LinkedHashMap<>();

  /** Registrations that wait until the repository was looked at, by their source. */
  private final Map<String, List<Action.Register>> looking = new LinkedHashMap<>();

  /**
   * Sources that came after the start, or of which a model was withdrawn: served when they are
   * asked for.
   */
  private final Set<String> onDemand = new HashSet<>();

  /** Sources whose files may be others by now: a model that was made of them is served no more. */
  private final Set<String> stale = new HashSet<>();

  /** A registered model and the GPUs whose devices took it. */
  record Hosting(HostedModel model, List<Integer> gpus) {}

  /** One device after the other: two that measured at once would disturb each other. */
  private static final class Registration {
    private final Action.Register action;
    private final ModelSource source;
    private final List<Integer> gpus;
    private final List<ModelSpec> specs = new ArrayList<>();
    private final Map<String, Profiles> profiles = new LinkedHashMap<>();

    Registration(Action.Register action, ModelSource source, List<Integer> gpus) {
      this.action = action;
      this.source = source;
      this.gpus = gpus;
    }

    /** The device whose turn it is. */
    int gpu() {
      return gpus.get(specs.size());
    }

    Task.Register task() {
      return new Task.Register(action.id(), gpu(), action.model(), action.name(), source);
    }

    boolean complete() {
      return specs.size() == gpus.size();
    }
  }

  HostMemory(List<Device> devices, List<ModelSource> offered, Ledger ledger) {
    this.devices = devices;
    this.ledger = ledger;
    for (ModelSource source : offered) {
      if (!gpusThatHost(source).isEmpty()) {
        sources.put(source.name(), source);
      }
    }
  }

  List<Announcement.Source> sources() {
    return sources.values().stream()
        .map(
            source ->
                new Announcement.Source(
                    source.name(),
                    onDemand.contains(source.name()) ? 0 : source.settings().copies(),
                    source.settings().keepWarm()))
        .toList();
  }

  /** In the order of their ids. */
  List<HostedModel> models() {
    return hosted.values().stream()
        .map(Hosting::model)
        .sorted(Comparator.comparing(HostedModel::id))
        .toList();
  }

  /** The model, where this GPU's device has taken it. */
  Optional<HostedModel> on(int gpu, ModelId model) {
    Hosting hosting = hosted.get(model);
    return hosting != null && hosting.gpus().contains(gpu)
        ? Optional.of(hosting.model())
        : Optional.empty();
  }

  Optional<Refusal> register(Action.Register register, WorkerCommands out) {
    ModelId model = register.model();
    if (hosted.containsKey(model) || registering.containsKey(model) || isLookedFor(model)) {
      return Refusal.because(
          ErrorCode.INVALID_MODEL_ID, "model id %s is taken; use each id once".formatted(model));
    }
    ModelSource source = sources.get(register.source());
    if (source == null || stale.contains(register.source())) {
      look(register, out);
    } else {
      begin(register, source, out);
    }
    return Optional.empty();
  }

  private boolean isLookedFor(ModelId model) {
    return looking.values().stream()
        .flatMap(List::stream)
        .anyMatch(waiting -> waiting.model().equals(model));
  }

  private void look(Action.Register register, WorkerCommands out) {
    if (!looking.containsKey(register.source())) {
      out.look(register.source());
    }
    looking.computeIfAbsent(register.source(), _ -> new ArrayList<>()).add(register);
  }

  private void begin(Action.Register register, ModelSource source, WorkerCommands out) {
    Registration registration = new Registration(register, source, gpusThatHost(source));
    registering.put(register.model(), registration);
    out.run(registration.task());
  }

  /** Takes what was found; whether that is more than there was. */
  boolean offers(WorkerEvent.Looked looked) {
    boolean more = false;
    for (ModelSource found : looked.found()) {
      if (!gpusThatHost(found).isEmpty() && sources.put(found.name(), found) == null) {
        onDemand.add(found.name());
        more = true;
      }
    }
    stale.remove(looked.source());
    return more;
  }

  /** Goes on with what waited for it. */
  void looked(WorkerEvent.Looked looked, long nowNanos, WorkerCommands out) {
    List<Action.Register> waiting = looking.remove(looked.source());
    if (waiting == null) {
      return; // The worker was stopped meanwhile.
    }
    for (Action.Register register : waiting) {
      ModelSource source = sources.get(looked.source());
      if (source == null) {
        notThere(register.id(), looked, nowNanos, out);
      } else {
        begin(register, source, out);
      }
    }
  }

  private void notThere(
      ActionId action, WorkerEvent.Looked looked, long nowNanos, WorkerCommands out) {
    long highest =
        looked.found().stream()
            .mapToLong(found -> ModelName.of(found.name()).version().orElse(0))
            .max()
            .orElse(0);
    boolean isOne = looked.found().stream().anyMatch(found -> found.name().equals(looked.source()));
    if (highest > 0 && !isOne) {
      ledger.close(action, stamps -> new Outcome.Versioned(action, highest, stamps), nowNanos, out);
      return;
    }
    String reason =
        isOne
            ? "model '%s' is for none of this worker's %d devices"
                .formatted(looked.source(), devices.size())
            : looked.otherwise();
    ledger.refuse(action, new Refusal(ErrorCode.INVALID_MODEL_PATH, reason), nowNanos, out);
  }

  void ended(Task.Register task, TaskResult result, long nowNanos, WorkerCommands out) {
    Registration registration = registering.get(task.model());
    if (registration == null) {
      return;
    }
    if (result instanceof TaskResult.Undone undone) {
      giveUp(registration, Refusal.of(task, undone), nowNanos, out);
      return;
    }
    Device.Hosted taken = ((TaskResult.Registered) result).hosted();
    registration.specs.add(taken.spec());
    if (!takesAndGivesTheSame(taken.spec(), registration.specs.getFirst())) {
      giveUp(registration, differs(task, registration), nowNanos, out);
      return;
    }
    registration.profiles.put(kind(task.gpu()), taken.profiles());
    if (registration.complete()) {
      complete(registration, nowNanos, out);
    } else {
      out.run(registration.task());
    }
  }

  /** A model that works on some of the devices only would surprise later; so none keeps it. */
  private void giveUp(
      Registration registration, Refusal refusal, long nowNanos, WorkerCommands out) {
    ModelId model = registration.action.model();
    registering.remove(model);
    for (int gpu : registration.gpus.subList(0, registration.specs.size())) {
      out.run(withdraw(registration.action.id(), gpu, model));
    }
    ledger.refuse(registration.action.id(), refusal, nowNanos, out);
  }

  private static boolean takesAndGivesTheSame(ModelSpec one, ModelSpec other) {
    return one.inputs().equals(other.inputs())
        && one.outputs().equals(other.outputs())
        && one.lengths().equals(other.lengths());
  }

  /** Two forms of a model, such as an ONNX file and what another one was compiled to. */
  private Refusal differs(Task.Register task, Registration registration) {
    ModelSpec first = registration.specs.getFirst();
    ModelSpec last = registration.specs.getLast();
    return new Refusal(
        ErrorCode.INVALID_MODEL_PATH,
        "model '%s' takes %s and gives %s on %s, but %s and %s on %s; make its forms the same, or leave one of them away"
            .formatted(
                task.name(),
                first.inputs(),
                first.outputs(),
                kind(registration.gpus.getFirst()),
                last.inputs(),
                last.outputs(),
                kind(task.gpu())));
  }

  private void complete(Registration registration, long nowNanos, WorkerCommands out) {
    ModelId model = registration.action.model();
    registering.remove(model);
    HostedModel taken =
        new HostedModel(model, registration.specs.getFirst(), registration.profiles);
    hosted.put(model, new Hosting(taken, registration.gpus));
    ledger.close(
        registration.action.id(),
        stamps -> new Outcome.Registered(registration.action.id(), taken, stamps),
        nowNanos,
        out);
  }

  boolean holds(ModelId model) {
    return hosted.containsKey(model);
  }

  /** Forgets the model at once; the outcome follows when every device has done so too. */
  void withdraw(Action.Withdraw withdraw, WorkerCommands out) {
    Hosting hosting = hosted.remove(withdraw.model());
    stale.add(hosting.model().spec().source());
    onDemand.add(hosting.model().spec().source());
    withdrawing.put(withdraw.id(), hosting.gpus().size());
    for (int gpu : hosting.gpus()) {
      out.run(withdraw(withdraw.id(), gpu, withdraw.model()));
    }
  }

  void ended(Task.Withdraw task, long nowNanos, WorkerCommands out) {
    // Absent where the task only cleared up after a failed registration.
    Integer left = withdrawing.computeIfPresent(task.action(), (action, gpus) -> gpus - 1);
    if (left != null && left == 0) {
      withdrawing.remove(task.action());
      ledger.close(
          task.action(), stamps -> new Outcome.Withdrawn(task.action(), stamps), nowNanos, out);
    }
  }

  /** Their actions are answered elsewhere. */
  void abandonAll() {
    registering.clear();
    looking.clear();
    withdrawing.clear();
  }

  private Task.Withdraw withdraw(ActionId action, int gpu, ModelId model) {
    return new Task.Withdraw(action, gpu, model, devices.get(gpu).spec().loadExecutor());
  }

  private List<Integer> gpusThatHost(ModelSource source) {
    List<Integer> gpus = new ArrayList<>();
    for (int gpu = 0; gpu < devices.size(); gpu++) {
      if (devices.get(gpu).hosts(source)) {
        gpus.add(gpu);
      }
    }
    return List.copyOf(gpus);
  }

  private String kind(int gpu) {
    return devices.get(gpu).spec().kind();
  }
}
