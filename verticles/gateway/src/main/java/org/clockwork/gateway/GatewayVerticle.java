package org.clockwork.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Postbag;
import org.clockwork.codecs.audit.Audit;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Gateway;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.GatewayEvent;
import org.clockwork.core.gateway.GatewayStatistics;
import org.clockwork.core.gateway.ModelStatistics;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.RequestWatch;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.gateway.json.MalformedException;

/**
 * Carries one {@link Gateway} on an event loop: brings it what comes over the event bus and the
 * time, and carries out what it wants. Callers in the same process use {@link #infer} from any
 * thread, or send a {@link Submission} to {@link Addresses#gatewaySubmissions}; others speak JSON
 * to {@link Addresses#INFER} and {@link Addresses#MODELS}.
 */
public final class GatewayVerticle extends VerticleBase {
  /** How long stopping waits for answers: longer than nearly every objective. */
  private static final long DRAIN_MILLIS = 5_000;

  /**
   * Leaving waits for the controller to have heard it, for so long at most: what it sends until
   * then finds its receiver.
   */
  private static final DeliveryOptions FAREWELL = new DeliveryOptions().setSendTimeout(1_000);

  private final GatewayId id;
  private final NodeId node;
  private final Gateway gateway;
  private final LongSupplier clock;
  private final Promise<Void> drained = Promise.promise();
  private RequestWatch watch = RequestWatch.NONE;
  private Audit audit = Audit.NONE;
  private Outbox outbox;
  private ModelWishes wishes;
  private Thread loop;
  private boolean draining;

  /** Told by the event loop after each event, so that doors on others needn't ask. */
  private volatile boolean turnsAllAway;

  private long term = Long.MIN_VALUE;

  /** With the system's clock. */
  public GatewayVerticle(GatewayId id, NodeId node, GatewayConfig config) {
    this(id, node, config, System::nanoTime);
  }

  /**
   * @param node the process that it runs in
   * @param clock monotonic nanoseconds
   */
  public GatewayVerticle(GatewayId id, NodeId node, GatewayConfig config, LongSupplier clock) {
    this.id = id;
    this.node = node;
    this.gateway = new Gateway(id, config);
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    loop = Thread.currentThread();
    EventBus bus = vertx.eventBus();
    DataLinks links = new DataLinks(vertx, id, node, clock, gateway::held, this::onOutputs);
    outbox = new Outbox(vertx, links, clock, () -> feed(new GatewayEvent.WakeUp()));
    wishes = new ModelWishes(vertx, gateway.models(), audit);
    InferDoor inferDoor = new InferDoor(this::infer, gateway.models());
    ModelsDoor modelsDoor = new ModelsDoor(wishes, gateway.models());
    List<Future<Void>> listening =
        List.of(
            Postbag.receive(bus, Addresses.gatewayVerdicts(id), this::onVerdict),
            Postbag.receive(bus, Addresses.gatewayOutputs(id), this::onOutputs),
            Postbag.receive(bus, Addresses.gatewayModels(id), this::onModel),
            links.begin(),
            bus.<Long>consumer(Addresses.gatewayClock(id), this::onClock).completion(),
            bus.consumer(Addresses.GATEWAYS_ANNOUNCE, _ -> announce()).completion(),
            bus.<Submission>consumer(Addresses.gatewaySubmissions(id), this::onSubmission)
                .completion(),
            bus.consumer(Addresses.INFER, inferDoor::on).completion(),
            bus.consumer(Addresses.MODELS, modelsDoor::on).completion());
    return Future.all(listening).onSuccess(_ -> announce());
  }

  private void announce() {
    vertx.eventBus().send(Addresses.CONTROLLER_GATEWAYS, new GatewayAnnouncement(id, node));
  }

  /** Answers what it has, for a while; then refuses what is left. */
  @Override
  public Future<?> stop() {
    draining = true;
    long timer = vertx.setTimer(DRAIN_MILLIS, _ -> feed(new GatewayEvent.Closing()));
    feed(new GatewayEvent.Draining());
    return drained
        .future()
        .onComplete(_ -> vertx.cancelTimer(timer))
        .transform(
            _ ->
                vertx
                    .eventBus()
                    .request(Addresses.CONTROLLER_GATEWAY_DEPARTURES, id, FAREWELL)
                    .otherwiseEmpty()); // Without a controller nobody needs to hear of it.
  }

  /** Has each request followed; to be called before it is deployed. */
  public GatewayVerticle followedBy(RequestWatch follower) {
    watch = follower;
    return this;
  }

  /** Has each change told that somebody asks for; to be called before it is deployed. */
  public GatewayVerticle audited(Audit by) {
    audit = by;
    return this;
  }

  /** For doors that change something by themselves. */
  public Audit audit() {
    return audit;
  }

  public GatewayId id() {
    return id;
  }

  /** Asks for an inference, from any thread. */
  public Future<Answer> infer(Submission submission) {
    return call(submission).answer();
  }

  private Future<Answer> infer(Submission submission, String clientName) {
    return call(submission, clientName).answer();
  }

  /** Asks for an inference that may be cancelled, from any thread. */
  public Call call(Submission submission) {
    return call(submission, "");
  }

  /**
   * The same for a request that its client has a name for, by which it can be explained.
   *
   * @param clientName empty where it has none
   */
  public Call call(Submission submission, String clientName) {
    Waiting waiting = new Waiting(clientName);
    onLoop(() -> waiting.begin(submission));
    return waiting;
  }

  /**
   * Announces a request of which all has been read, and asks for it in the same turn; from any
   * thread. Where any input would be refused, it isn't made into a submission; what making it
   * throws, the answer fails with, or with an {@link UnknownVersionException}.
   *
   * @param version empty for the highest one
   */
  public Call call(String model, String version, Asking asking) {
    Waiting waiting = new Waiting(asking.clientName());
    onLoop(() -> waiting.begin(model, version, asking));
    return waiting;
  }

  /** What this gateway has counted; from any thread. */
  public Future<GatewayStatistics> statistics() {
    return ask(gateway::statistics);
  }

  /** What it has counted of one model; from any thread. */
  public Future<ModelStatistics> statistics(String model) {
    return ask(() -> gateway.statistics(model));
  }

  /** Whether requests can be served; from any thread. */
  public Future<Readiness> readiness() {
    return ask(this::look);
  }

  /**
   * Announces a request whose input has not been read yet; from any thread. Where any input would
   * be refused, it counts as submitted, and this is its answer.
   *
   * @param version empty for the highest one
   */
  public Future<Reception> receive(String model, String version) {
    Promise<Reception> received = Promise.promise();
    onLoop(() -> receive(model, version, received));
    return received.future();
  }

  /** Whether any request would be refused now, whatever it asks for; from any thread. */
  public boolean turnsAllAway() {
    return turnsAllAway;
  }

  /** Refuses a request of which nothing has been read, for that reason; from any thread. */
  public Future<Answer> turnAway() {
    Promise<Answer> answered = Promise.promise();
    onLoop(
        () -> {
          RequestId request = gateway.nextId();
          outbox.expect(request).onComplete(answered);
          feed(new GatewayEvent.Unread(request));
        });
    return answered.future();
  }

  /** Has it judge what comes from now on by other constants; from any thread. */
  public void configure(GatewayConfig config) {
    onLoop(() -> feed(new GatewayEvent.Configured(config)));
  }

  /** Where a model stands; from any thread. */
  public Future<ModelStatus> model(String name, String version) {
    return ask(() -> gateway.models().find(name, version));
  }

  /** Where each version of a model stands that is known, the lowest first; from any thread. */
  public Future<List<ModelStatus>> versions(String name) {
    return ask(() -> gateway.models().versions(name));
  }

  /** Where every model stands, by name; from any thread. */
  public Future<List<ModelStatus>> models() {
    return ask(() -> List.copyOf(gateway.models().all()));
  }

  /**
   * Has a model served, as {@code name}, {@code name#2} and so on; from any thread. Completes when
   * each of them is ready or can't be.
   */
  public Future<List<ModelStatus>> load(String name, String source, int copies) {
    return load(Caller.PROCESS, name, source, copies);
  }

  /** The same, asked for by somebody else. */
  public Future<List<ModelStatus>> load(Caller caller, String name, String source, int copies) {
    Promise<List<ModelStatus>> loaded = Promise.promise();
    onLoop(() -> wishes.load(caller, name, source, copies).onComplete(loaded));
    return loaded.future();
  }

  /**
   * Serves a model no more, in whatever version where the name says none; from any thread.
   * Completes when it has gone.
   */
  public Future<ModelStatus> unload(Caller caller, String name) {
    Promise<ModelStatus> unloaded = Promise.promise();
    onLoop(() -> wishes.unload(caller, name).onComplete(unloaded));
    return unloaded.future();
  }

  private void receive(String model, String version, Promise<Reception> received) {
    ModelStatus status = gateway.models().find(model, version);
    List<ModelStatus> others = otherVersions(model, status);
    Optional<ModelStatus.Ready> welcome = welcome(status);
    if (welcome.isPresent()) {
      received.complete(new Reception.Welcome(welcome.get()));
    } else if (!others.isEmpty()) {
      received.complete(new Reception.UnknownVersion(others));
    } else {
      infer(turnedAway(status)).<Reception>map(Reception.TurnedAway::new).onComplete(received);
    }
  }

  private Optional<ModelStatus.Ready> welcome(ModelStatus status) {
    return status instanceof ModelStatus.Ready ready && !gateway.turnsAway(ready.name())
        ? Optional.of(ready)
        : Optional.empty();
  }

  /** Where there is no such version of the model. */
  private List<ModelStatus> otherVersions(String model, ModelStatus status) {
    return status instanceof ModelStatus.Gone ? gateway.models().versions(model) : List.of();
  }

  /** In the same turn, so that nothing can have changed: it is answered without its input. */
  private static Submission turnedAway(ModelStatus status) {
    return Submission.of(status.name(), new Submission.Payload.Generated(1), Objective.NONE);
  }

  private Readiness look() {
    List<String> reasons = new ArrayList<>();
    if (gateway.draining()) {
      reasons.add("gateway %s is shutting down".formatted(id));
    }
    if (term == Long.MIN_VALUE) {
      reasons.add("no controller has been heard of yet");
    }
    List<ModelStatus> models = gateway.models().all();
    if (models.stream().anyMatch(ModelStatus.Registering.class::isInstance)
        && models.stream().noneMatch(ModelStatus.Ready.class::isInstance)) {
      reasons.add("none of %d models is in host memory yet".formatted(models.size()));
    }
    return new Readiness(reasons);
  }

  private void onClock(Message<Long> question) {
    question.reply(clock.getAsLong());
    long asking = question.body();
    if (asking > term) {
      term = asking;
      feed(new GatewayEvent.ControllerCame(term));
      wishes.repeat();
    }
  }

  private void onVerdict(Verdict verdict) {
    feed(new GatewayEvent.Decided(verdict));
  }

  private void onOutputs(Outputs outputs) {
    feed(new GatewayEvent.Returned(outputs));
  }

  private void onModel(ModelStatus status) {
    feed(new GatewayEvent.ModelChanged(status));
    wishes.heard(status);
  }

  private void onSubmission(Message<Submission> message) {
    Submission submission = message.body();
    infer(submission.trace().isPresent() ? submission : submission.in(Traces.of(message)))
        .onSuccess(message::reply);
  }

  private void feed(GatewayEvent event) {
    gateway.on(event, clock.getAsLong(), outbox);
    turnsAllAway = gateway.turnsAllAway();
    outbox.deliver();
    if (draining && gateway.statistics().outstanding() == 0) {
      drained.tryComplete();
    }
  }

  private <T> Future<T> ask(Supplier<T> question) {
    Promise<T> reply = Promise.promise();
    onLoop(() -> reply.complete(question.get()));
    return reply.future();
  }

  private void onLoop(Runnable task) {
    if (Thread.currentThread().equals(loop)) {
      task.run();
    } else {
      context.runOnContext(_ -> task.run());
    }
  }

  /** A call whose number the caller needn't know. Its fields belong to the event loop. */
  private final class Waiting implements Call {
    private final Promise<Answer> answered = Promise.promise();
    private final String clientName;
    private Runnable cancellation = () -> {};

    Waiting(String clientName) {
      this.clientName = clientName;
    }

    void begin(Submission submission) {
      RequestId request = gateway.nextId();
      cancellation = () -> feed(new GatewayEvent.Cancelled(request));
      Submission followed = watch.begun(request, submission);
      outbox.expect(request).onSuccess(watch::answered).onComplete(answered);
      feed(new GatewayEvent.Submitted(request, followed));
      if (!clientName.isEmpty()) {
        outbox.named(new NamedRequest(request, clientName));
      }
    }

    void begin(String model, String version, Asking asking) {
      ModelStatus status = gateway.models().find(model, version);
      List<ModelStatus> others = otherVersions(model, status);
      if (!others.isEmpty()) {
        answered.fail(new UnknownVersionException(others));
        return;
      }
      Optional<ModelStatus.Ready> welcome = welcome(status);
      try {
        begin(welcome.isPresent() ? asking.of(welcome.get()) : turnedAway(status));
      } catch (MalformedException | RuntimeException wrong) {
        answered.tryFail(wrong);
      }
    }

    @Override
    public Future<Answer> answer() {
      return answered.future();
    }

    @Override
    public void cancel() {
      onLoop(() -> cancellation.run());
    }
  }
}
