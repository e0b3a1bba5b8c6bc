package org.clockwork.test.scheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.policy.Policies;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Commands;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/**
 * A scheduler on a stage: what it commands is kept, and nothing happens until the test says so.
 * EXEC of a batch of 1, 2, 4, 8, 16 takes 2, 3, 5, 9, 17 ms; LOAD takes 10 ms and 10 pages unless
 * said otherwise.
 */
final class SchedulerScene implements Commands {
  static final long MILLIS = 1_000_000;
  static final GatewayId GATEWAY = new GatewayId("g");
  private static final String KIND = "simulated";

  final List<Verdict> verdicts = new ArrayList<>();
  final List<ModelStatus> statuses = new ArrayList<>();
  final List<Telemetry> telemetry = new ArrayList<>();

  /** Of the way of each message. */
  static final long LEG = SchedulerConfig.DEFAULT.controlLegNanos();

  /** What is left for both ways while few were measured: five and three quarters of a leg. */
  static final long MARGIN = LEG + 5 * LEG / 4 + 3 * LEG / 4;

  /** So long before a GPU is free its next action is sent, while few ways were measured. */
  static final long AHEAD = LEG + 3 * LEG / 4;

  long nowNanos = 1_000 * MILLIS;
  private final Scheduler scheduler;
  private int processes;
  private final List<Sent> sent = new ArrayList<>();
  private final Map<String, Profile> profiles = new HashMap<>();
  private final Map<String, Long> objectives = new HashMap<>();
  private final Map<String, List<Integer>> lengths = new HashMap<>();
  private long wakeNanos = Long.MAX_VALUE;
  private long requests;

  /** An action and whom it went to. */
  record Sent(WorkerId worker, Action action, long nanos) {}

  SchedulerScene() {
    this("infer5", SchedulerConfig.DEFAULT);
  }

  SchedulerScene(String policy, SchedulerConfig config) {
    this(Policies.named(policy), config);
  }

  SchedulerScene(Policy.Factory policy, SchedulerConfig config) {
    this(Reign.first(1), policy, config);
  }

  /** Under a controller that may follow others. */
  SchedulerScene(Reign reign, Policy.Factory policy, SchedulerConfig config) {
    scheduler = new Scheduler(reign, config, policy);
    repository("m", 10, 10 * MILLIS);
    repository("n", 10, 10 * MILLIS);
    repository("o", 10, 10 * MILLIS);
  }

  /** A model that every worker has the files of. */
  void repository(String name, int pages, long loadNanos) {
    Map<Integer, Long> exec =
        Map.of(1, 2 * MILLIS, 2, 3 * MILLIS, 4, 5 * MILLIS, 8, 9 * MILLIS, 16, 17 * MILLIS);
    profiles.put(name, new Profile(pages, loadNanos, 0, 0, new TreeMap<>(exec)));
  }

  /** Requests of that model that name no objective have this one. */
  void defaultObjective(String name, long nanos) {
    objectives.put(name, nanos);
  }

  /** Requests of that model have any of these lengths; the second bucket takes twice the time. */
  void lengths(String name, Integer... buckets) {
    lengths.put(name, List.of(buckets));
  }

  // What happens

  void happens(Event event) {
    scheduler.on(event, nowNanos, this);
  }

  /** A worker joins with GPUs of so many pages each. */
  WorkerId joins(String name, int... pages) {
    return joins(name, false, false, pages);
  }

  /** Its process ended and another one took its name, and nobody noticed. */
  WorkerId startsAnew(String name, int... pages) {
    processes++;
    sent.removeIf(each -> each.worker().equals(new WorkerId(name)));
    return joins(name, pages);
  }

  /** A worker joins that a controller before this one gave models to. */
  WorkerId joinsHolding(String name, List<HostedModel> hosted, Set<ModelId> resident) {
    DeviceSpec gpu = new DeviceSpec(KIND, DeviceSpec.PAGE_BYTES, 100, false, 128);
    WorkerId id = new WorkerId(name);
    happens(
        new Event.WorkerAnnounced(
            new Announcement(
                id,
                new NodeId("process-" + processes),
                List.of(gpu),
                List.of(new Announcement.Source("m", 0, false)),
                hosted,
                List.of(resident))));
    return id;
  }

  /** The model as a worker holds it under this id. */
  HostedModel hosted(ModelId id, String name, String source) {
    return hosted(id, name, source, 0);
  }

  private HostedModel hosted(ModelId id, String name, String source, long sloNanos) {
    List<Integer> buckets = lengths.getOrDefault(source, List.of());
    ModelSpec spec = new ModelSpec(name, source, List.of(), List.of(), 1, sloNanos, buckets);
    Profile shortest = profiles.get(source);
    List<Profile> each =
        IntStream.rangeClosed(1, spec.buckets())
            .mapToObj(times -> slower(shortest, times))
            .toList();
    return new HostedModel(id, spec, Map.of(KIND, new Profiles(each)));
  }

  private static Profile slower(Profile profile, int times) {
    TreeMap<Integer, Long> execNanos = new TreeMap<>(profile.execNanos());
    execNanos.replaceAll((batch, nanos) -> times * nanos);
    return new Profile(profile.pages(), profile.loadNanos(), 0, 0, execNanos);
  }

  WorkerId joins(String name, boolean loadExcludesExec, boolean keepWarm, int... pages) {
    WorkerId id = new WorkerId(name);
    List<DeviceSpec> gpus = new ArrayList<>();
    List<Set<ModelId>> resident = new ArrayList<>();
    for (int count : pages) {
      gpus.add(new DeviceSpec(KIND, DeviceSpec.PAGE_BYTES, count, loadExcludesExec, 128));
      resident.add(Set.of());
    }
    List<Announcement.Source> sources =
        profiles.keySet().stream()
            .sorted()
            .map(source -> new Announcement.Source(source, 0, keepWarm))
            .toList();
    happens(
        new Event.WorkerAnnounced(
            new Announcement(
                id, new NodeId("process-" + processes), gpus, sources, List.of(), resident)));
    answerRegistrations();
    return id;
  }

  /** The worker of that name, which joined with 100 pages, says anew what it has. */
  void hasFound(String name, String... sources) {
    happens(
        new Event.WorkerAnnounced(
            new Announcement(
                new WorkerId(name),
                new NodeId("process-" + processes),
                List.of(new DeviceSpec(KIND, DeviceSpec.PAGE_BYTES, 100, false, 128)),
                Stream.of(sources)
                    .map(source -> new Announcement.Source(source, 0, false))
                    .toList(),
                List.of(),
                List.of(Set.of()))));
  }

  void leaves(WorkerId worker) {
    happens(new Event.WorkerLeft(worker));
    sent.removeIf(each -> each.worker().equals(worker));
  }

  /** The model is wanted, and in host memory wherever its files are. */
  ModelId serves(String name) {
    happens(new Event.ModelWanted(name, name));
    answerRegistrations();
    return statuses.stream()
        .filter(ModelStatus.Ready.class::isInstance)
        .map(ModelStatus.Ready.class::cast)
        .filter(ready -> ready.name().equals(name))
        .map(ModelStatus.Ready::id)
        .toList()
        .getLast();
  }

  /** Serves it and brings it onto the GPUs that the scheduler chooses for its first request. */
  ModelId servesWarm(String name) {
    ModelId model = serves(name);
    submits(model, 1, 1_000);
    while (!loads().isEmpty() || !infers().isEmpty()) {
      loads().forEach(this::succeeds);
      infers().forEach(this::succeeds);
    }
    // What was decided in the same moment is not decided again.
    passes(2 * MILLIS);
    verdicts.clear();
    telemetry.clear();
    return model;
  }

  void answerRegistrations() {
    for (Action.Register register : outstanding(Action.Register.class)) {
      HostedModel hosted =
          hosted(
              register.model(),
              register.name(),
              register.source(),
              objectives.getOrDefault(register.source(), 0L));
      ends(register, new Outcome.Registered(register.id(), hosted, stamps(register)));
    }
  }

  RequestId submits(ModelId model, int rows, long sloMillis) {
    return submits(model, rows, Duration.ofMillis(sloMillis));
  }

  RequestId submits(ModelId model, int rows, Duration slo) {
    RequestId id = new RequestId(GATEWAY, requests++);
    arrives(id, model, rows, slo.toNanos());
    return id;
  }

  /** One row, as long as that bucket takes. */
  RequestId submitsTo(int bucket, ModelId model, long sloMillis) {
    RequestId id = new RequestId(GATEWAY, requests++);
    happens(
        new Event.RequestArrived(
            new Request(
                id,
                model,
                bucket,
                1,
                nowNanos,
                sloMillis * MILLIS,
                0,
                Request.DEFAULT_TENANT,
                0,
                Optional.empty(),
                Optional.empty(),
                new Input.Generated())));
    return id;
  }

  /** So many requests of one row each. */
  List<RequestId> submitsEach(ModelId model, int count, long sloMillis) {
    List<RequestId> submitted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      submitted.add(submits(model, 1, sloMillis));
    }
    return submitted;
  }

  /** One row, of this tenant. */
  RequestId submitsFor(String tenant, int priority, ModelId model, long sloMillis) {
    RequestId id = new RequestId(GATEWAY, requests++);
    arrives(id, model, 1, sloMillis * MILLIS, tenant, priority);
    return id;
  }

  /** One row whose inputs of so many bytes its gateway has, and pushes on the scheduler's word. */
  RequestId submitsHeld(ModelId model, long bytes, long sloMillis) {
    RequestId id = new RequestId(GATEWAY, requests++);
    Input held = new Input.Held(bytes);
    happens(
        new Event.RequestArrived(
            new Request(
                id, model, 1, nowNanos, sloMillis * MILLIS, 0, Request.DEFAULT_TENANT, 0, held)));
    return id;
  }

  /** One row, asked for again after it was refused. */
  RequestId retries(RequestId refused, String tenant, int priority, ModelId model, long sloMillis) {
    RequestId id = new RequestId(GATEWAY, requests++);
    happens(
        new Event.RequestArrived(
            new Request(
                id,
                model,
                0,
                1,
                nowNanos,
                sloMillis * MILLIS,
                0,
                tenant,
                priority,
                Optional.of(refused),
                Optional.empty(),
                new Input.Generated())));
    return id;
  }

  void arrives(RequestId id, ModelId model, int rows, long sloNanos) {
    arrives(id, model, rows, sloNanos, Request.DEFAULT_TENANT, 0);
  }

  private void arrives(
      RequestId id, ModelId model, int rows, long sloNanos, String tenant, int priority) {
    Input none = new Input.Generated();
    Request request = new Request(id, model, rows, nowNanos, sloNanos, 0, tenant, priority, none);
    happens(new Event.RequestArrived(request));
  }

  /** Time passes, and every wake-up that was asked for comes when it was asked for. */
  void passes(long nanos) {
    long untilNanos = nowNanos + nanos;
    while (wakeNanos <= untilNanos) {
      nowNanos = Math.max(nowNanos, wakeNanos);
      wakeNanos = Long.MAX_VALUE;
      happens(new Event.WakeUp());
    }
    nowNanos = untilNanos;
  }

  /** It is done, in the time that its profile says, ending now. */
  void succeeds(Action action) {
    switch (action) {
      case Action.Infer infer ->
          succeedsIn(infer, profiles.get("m").execNanos().get(infer.batch()));
      case Action.Load load -> succeedsIn(load, 10 * MILLIS);
      case Action.Unload unload -> ends(unload, new Outcome.Unloaded(unload.id(), stamps(unload)));
      case Action.Withdraw withdraw ->
          ends(withdraw, new Outcome.Withdrawn(withdraw.id(), stamps(withdraw)));
      case Action.Register _ -> throw new IllegalArgumentException("answered by the scene itself");
    }
  }

  void succeedsIn(Action.Load load, long nanos) {
    ends(load, new Outcome.Loaded(load.id(), ending(nanos), stamps(load)));
  }

  void succeedsIn(Action.Infer infer, long execNanos) {
    long begunNanos = sentNanos(infer) + LEG;
    Span none = new Span(begunNanos, begunNanos);
    ends(
        infer,
        new Outcome.Inferred(infer.id(), none, returning(execNanos), returning(0), stamps(infer)));
  }

  void isRefused(Action action, ErrorCode code) {
    ends(action, new Outcome.Refused(action.id(), code, "by the test", stamps(action)));
  }

  void ends(Action action, Outcome outcome) {
    Sent found = found(action);
    sent.remove(found);
    happens(new Event.ActionEnded(found.worker(), outcome));
  }

  private Span ending(long nanos) {
    return new Span(nowNanos - nanos, nowNanos);
  }

  /** It took so long, and the news of its end was a leg on its way. */
  private Span returning(long nanos) {
    return new Span(nowNanos - LEG - nanos, nowNanos - LEG);
  }

  /** It came to its worker a leg after it was sent, and its outcome left a leg ago. */
  private Outcome.Stamps stamps(Action action) {
    long sentNanos = sentNanos(action);
    return new Outcome.Stamps(sentNanos + LEG, nowNanos - LEG);
  }

  private long sentNanos(Action action) {
    return found(action).nanos();
  }

  private Sent found(Action action) {
    return sent.stream().filter(each -> each.action().equals(action)).findFirst().orElseThrow();
  }

  // What the scheduler wants

  @Override
  public void send(WorkerId worker, Action action) {
    sent.add(new Sent(worker, action, nowNanos));
  }

  @Override
  public void tell(Verdict verdict) {
    verdicts.add(verdict);
  }

  @Override
  public void publish(ModelStatus status) {
    statuses.add(status);
  }

  @Override
  public void wakeAt(long nanos) {
    wakeNanos = nanos;
  }

  @Override
  public void emit(Telemetry event) {
    telemetry.add(event);
  }

  // What is to be seen

  /** Sent and not ended. */
  <A extends Action> List<A> outstanding(Class<A> type) {
    return sent.stream().map(Sent::action).filter(type::isInstance).map(type::cast).toList();
  }

  List<Action.Infer> infers() {
    return outstanding(Action.Infer.class);
  }

  List<Action.Load> loads() {
    return outstanding(Action.Load.class);
  }

  List<Action.Unload> unloads() {
    return outstanding(Action.Unload.class);
  }

  WorkerId workerOf(Action action) {
    return sent.stream()
        .filter(each -> each.action().equals(action))
        .findFirst()
        .orElseThrow()
        .worker();
  }

  /** In the order in which they are in the batch. */
  static List<RequestId> requestsOf(Action.Infer infer) {
    return infer.parts().stream().map(Action.Part::request).toList();
  }

  /** The verdicts that ended this request: one, or none yet. */
  List<Verdict> endOf(RequestId request) {
    return verdicts.stream()
        .filter(verdict -> verdict.request().equals(request))
        .filter(verdict -> !(verdict instanceof Verdict.Dispatched))
        .toList();
  }

  List<Telemetry.RequestEnded> reportsOf(RequestId request) {
    return telemetry.stream()
        .filter(Telemetry.RequestEnded.class::isInstance)
        .map(Telemetry.RequestEnded.class::cast)
        .filter(ended -> ended.request().id().equals(request))
        .toList();
  }
}
