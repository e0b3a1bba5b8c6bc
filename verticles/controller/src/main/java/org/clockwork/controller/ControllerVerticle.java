package org.clockwork.controller;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.Postbag;
import org.clockwork.codecs.record.Origin;
import org.clockwork.codecs.record.Recorder;
import org.clockwork.controller.board.Board;
import org.clockwork.controller.board.BoardVerticle;
import org.clockwork.controller.explain.ExplainDoor;
import org.clockwork.controller.explain.RecentRequests;
import org.clockwork.controller.metrics.MetricsDoor;
import org.clockwork.controller.metrics.SchedulerMetrics;
import org.clockwork.controller.recording.RecordingFile;
import org.clockwork.controller.startup.StartupReport;
import org.clockwork.controller.telemetry.Broadcast;
import org.clockwork.controller.telemetry.ClusterSummary;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.Summary;
import org.clockwork.controller.telemetry.TelemetryLog;
import org.clockwork.controller.telemetry.WorkerTraffic;
import org.clockwork.controller.usage.Usage;
import org.clockwork.controller.usage.UsageDoor;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Chronicled;
import org.clockwork.core.scheduler.Decider;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Reign;
import org.clockwork.core.scheduler.Scheduler;
import org.clockwork.core.telemetry.SpanCounts;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/**
 * Carries one {@link Scheduler} on an event loop: brings it what comes over the event bus and the
 * time, and carries out what it commands. Nothing else belongs on that event loop.
 */
public final class ControllerVerticle extends VerticleBase {
  /** Who is not known is asked for an announcement at most this often. */
  private static final long ASK_AGAIN_NANOS = 1_000_000_000;

  /** So long without news of models, all that were wished for one by one are there. */
  private static final long QUIET_NANOS = 250_000_000;

  private final ControllerConfig config;
  private final Consumer<String> lines;
  private final LongSupplier clock;
  private final Reign reign;
  private final PredictionErrors predictionErrors = new PredictionErrors();
  private final Promise<Void> broken = Promise.promise();
  private final StartupReport report;
  private final ModelNames names = new ModelNames();
  private Consumer<Announcement> workerListener = _ -> {};
  private Optional<WorkerTraffic> watched = Optional.empty();
  private Consumer<Telemetry> follower = _ -> {};
  private Supplier<SpanCounts> spans = () -> SpanCounts.NONE;
  private Summary summary;
  private ClusterSummary cluster;
  private TelemetryLog log;
  private SchedulerMetrics metrics;
  private Optional<RecordingFile> recording = Optional.empty();
  private Alarm alarm;
  private Alarm quiet;
  private Outbox outbox;
  private Scheduler scheduler;
  private Turn turn;
  private Roll<WorkerId, Announcement> workers;
  private Roll<GatewayId, GatewayAnnouncement> gateways;
  private Catalogue catalogue;
  private long askedWorkersNanos;
  private long askedGatewaysNanos;

  /** With the system's clock. */
  public ControllerVerticle(ControllerConfig config, long term, Consumer<String> lines) {
    this(config, term, lines, System::nanoTime);
  }

  /**
   * @param term larger than that of every controller before it
   * @param lines gets what the controller has to say to its operator, line by line, from its event
   *     loop and from the log's writer
   * @param clock monotonic nanoseconds
   */
  public ControllerVerticle(
      ControllerConfig config, long term, Consumer<String> lines, LongSupplier clock) {
    this(config, Reign.first(term), lines, clock);
  }

  /** The same, for one that may follow others. */
  public ControllerVerticle(
      ControllerConfig config, Reign reign, Consumer<String> lines, LongSupplier clock) {
    this.config = config;
    this.lines = lines;
    this.clock = clock;
    this.reign = reign;
    this.report = new StartupReport(lines);
  }

  @Override
  public Future<?> start() {
    long nowNanos = clock.getAsLong();
    report.begin(config.policy(), config.scheduler(), config.log());
    summary = new Summary(nowNanos);
    watched.ifPresent(summary::watch);
    RecentRequests recent = new RecentRequests(config.explainedRequests());
    metrics = new SchedulerMetrics(names, () -> log.lost(), spans);
    Usage usage = new Usage(config.usageTenants(), metrics.tenants());
    cluster = new ClusterSummary(nowNanos);
    Board board = new Board(metrics.pages(), names, nowNanos);
    log =
        new TelemetryLog(
            config.log(),
            nowNanos,
            lines,
            recent
                .andThen(usage)
                .andThen(metrics)
                .andThen(cluster)
                .andThen(board)
                .andThen(follower));
    new Broadcast(vertx, cluster, clock, log::ask).begin();
    alarm = new Alarm(vertx, clock, () -> feed(new Event.WakeUp()));
    EventBus bus = vertx.eventBus();
    quiet = new Alarm(vertx, clock, report::quiet);
    outbox = new Outbox(vertx, alarm, this::tellReaders, this::tellOfModel, config.scheduler());
    turn = Turn.of(config.policy(), decider(), new HeardCommands(outbox, report::ordered), bus);
    workers = new Roll<>(vertx, clock, reign.term(), Addresses::workerClock, new Workers());
    gateways = new Roll<>(vertx, clock, reign.term(), Addresses::gatewayClock, new Gateways());
    catalogue = new Catalogue(bus);
    askedWorkersNanos = nowNanos;
    askedGatewaysNanos = nowNanos;
    if (config.summarySeconds() > 0) {
      vertx.setPeriodic(
          TimeUnit.SECONDS.toMillis(config.summarySeconds()),
          _ -> summary.print(clock.getAsLong(), lines));
    }
    List<Future<Void>> listening =
        List.of(
            Postbag.receive(bus, Addresses.CONTROLLER_REQUESTS, this::onGatewayMessage),
            Postbag.receive(bus, Addresses.CONTROLLER_OUTCOMES, this::onWorkerMessage),
            Postbag.receive(bus, Addresses.CONTROLLER_ANNOUNCE, this::onAnnouncement),
            bus.<WorkerId>consumer(Addresses.CONTROLLER_RETIREMENTS, this::onRetirement)
                .completion(),
            bus.<WorkerId>consumer(Addresses.CONTROLLER_DEPARTURES, this::onDeparture).completion(),
            bus.<Event>consumer(Addresses.CONTROLLER_WISHES, this::onWish).completion(),
            bus.<GatewayAnnouncement>consumer(Addresses.CONTROLLER_GATEWAYS, this::onGateway)
                .completion(),
            bus.<GatewayId>consumer(
                    Addresses.CONTROLLER_GATEWAY_DEPARTURES, this::onGatewayDeparture)
                .completion(),
            catalogue.listening(),
            new ExplainDoor(recent, names, log::ask).listening(bus),
            new UsageDoor(usage, Instant.now(), log::ask).listening(bus),
            new MetricsDoor(metrics, scheduler::queued, log::ask).listening(bus),
            vertx
                .deployVerticle(
                    new BoardVerticle(board, clock, log::ask),
                    new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .mapEmpty());
    return Future.all(listening)
        .onSuccess(
            _ -> {
              report.querying();
              bus.publish(Addresses.WORKERS_ANNOUNCE, "");
              bus.publish(Addresses.GATEWAYS_ANNOUNCE, "");
            });
  }

  /** Prints a last summary and writes the logs to their end. */
  @Override
  public Future<?> stop() {
    alarm.cancel();
    quiet.cancel();
    summary.print(clock.getAsLong(), lines);
    return vertx.executeBlocking(
        () -> {
          log.close();
          recording.ifPresent(RecordingFile::close);
          return log.lost();
        });
  }

  /** The scheduler, and whoever is to keep what it decides. */
  private Decider decider() {
    Origin origin =
        new Origin(
            reign,
            config.scheduler(),
            config.policy(),
            Optional.ofNullable(ControllerVerticle.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)"),
            System.currentTimeMillis());
    recording =
        config
            .recording()
            .file()
            .map(file -> new RecordingFile(file, config.recording(), origin, lines));
    scheduler = origin.scheduler();
    return recording
        .<Decider>map(file -> new Chronicled(scheduler, new Recorder(file)))
        .orElse(scheduler);
  }

  /**
   * Fails when the scheduler has broken an invariant of its own. From then on the controller does
   * nothing, since whatever it did would be a guess; the node is to be stopped.
   */
  public Future<Void> broken() {
    return broken.future();
  }

  /** How good the predictions were; to be read from any thread. */
  public PredictionErrors predictionErrors() {
    return predictionErrors;
  }

  /** Has summaries tell of the network, too; to be called before it is deployed. */
  public void watch(WorkerTraffic traffic) {
    watched = Optional.of(traffic);
  }

  /**
   * Has requests followed; to be called before it is deployed.
   *
   * @param reader hears all telemetry, on the thread that writes the logs
   * @param counts what became of its spans so far; asked on that thread, too
   */
  public void followedBy(Consumer<Telemetry> reader, Supplier<SpanCounts> counts) {
    follower = reader;
    spans = counts;
  }

  /**
   * Has a listener hear what each worker says of itself, those first that are there already; on the
   * controller's event loop. To be called once it is deployed, from any thread.
   */
  public void onWorker(Consumer<Announcement> listener) {
    context.runOnContext(
        _ -> {
          workerListener = listener;
          vertx.eventBus().publish(Addresses.WORKERS_ANNOUNCE, "");
        });
  }

  /** Has tenants share by other weights from now on; from any thread, once it is deployed. */
  public void weigh(SortedMap<String, Double> weights, int maxTenants) {
    context.runOnContext(_ -> feed(new Event.TenantsWeighted(weights, maxTenants)));
  }

  /** A process has gone, by the word of whoever watches the cluster; from any thread. */
  public void nodeLeft(NodeId node) {
    context.runOnContext(
        _ -> {
          workers.nodeLeft(node);
          gateways.nodeLeft(node);
        });
  }

  /** A request, or the name of one that nobody waits for any more. */
  private void onGatewayMessage(Object message) {
    if (message instanceof Request request) {
      onRequest(request);
    } else {
      feed(new Event.RequestCancelled((RequestId) message));
    }
  }

  private void onRequest(Request received) {
    long nowNanos = clock.getAsLong();
    Request request = outbox.received(received, nowNanos);
    if (!outbox.knows(request.id().gateway()) && nowNanos - askedGatewaysNanos > ASK_AGAIN_NANOS) {
      // It was there before this controller.
      askedGatewaysNanos = nowNanos;
      vertx.eventBus().publish(Addresses.GATEWAYS_ANNOUNCE, "");
    }
    report.requested(request);
    feed(new Event.RequestArrived(request));
  }

  /** What became of an action, or that the inputs that one waited for are there. */
  private void onWorkerMessage(Event event) {
    if (event instanceof Event.InputsArrived arrived) {
      WorkerId worker = arrived.worker();
      long nanos = outbox.received(worker, arrived.nanos());
      feed(new Event.InputsArrived(worker, arrived.action(), nanos));
    } else {
      onOutcome((Event.ActionEnded) event);
    }
  }

  private void onOutcome(Event.ActionEnded ended) {
    long nowNanos = clock.getAsLong();
    WorkerId worker = ended.worker();
    if (!outbox.knows(worker)) {
      askWorkers(nowNanos);
      return;
    }
    outbox.now(nowNanos);
    Outcome outcome = outbox.received(worker, ended.outcome());
    report.ended(worker, outcome);
    feed(new Event.ActionEnded(worker, outcome));
  }

  /** A worker that was taken for lost works on: it hung for a while, or the network did. */
  private void askWorkers(long nowNanos) {
    if (nowNanos - askedWorkersNanos > ASK_AGAIN_NANOS) {
      askedWorkersNanos = nowNanos;
      vertx.eventBus().publish(Addresses.WORKERS_ANNOUNCE, "");
    }
  }

  private void onAnnouncement(Announcement announcement) {
    workers.announced(announcement.worker(), announcement.node(), announcement);
  }

  private void onRetirement(Message<WorkerId> message) {
    feed(new Event.WorkerRetires(message.body()));
  }

  private void onDeparture(Message<WorkerId> message) {
    workers.left(message.body());
    message.reply(message.body());
  }

  private void onGatewayDeparture(Message<GatewayId> message) {
    gateways.left(message.body());
    message.reply(message.body());
  }

  private void onWish(Message<Event> message) {
    report.wished(message.body());
    feed(message.body());
  }

  private void onGateway(Message<GatewayAnnouncement> message) {
    GatewayAnnouncement announcement = message.body();
    gateways.announced(announcement.gateway(), announcement.node(), announcement);
  }

  private void feed(Event event) {
    if (broken.future().isComplete()) {
      return;
    }
    long nowNanos = clock.getAsLong();
    outbox.now(nowNanos);
    try {
      turn.on(event, nowNanos);
    } catch (RuntimeException e) {
      broken.fail(new IllegalStateException("the scheduler broke on " + event, e));
    }
  }

  private void tellOfModel(ModelStatus status) {
    report.changed(status);
    names.changed(status);
    cluster.changed(status);
    quiet.set(clock.getAsLong() + QUIET_NANOS);
  }

  private void tellReaders(Telemetry event) {
    report.accept(event);
    log.accept(event);
    summary.accept(event);
    if (event instanceof Telemetry.ActionEnded ended) {
      predictionErrors.accept(ended);
    }
  }

  private final class Workers implements Roll.Listener<WorkerId, Announcement> {
    @Override
    public void comes(WorkerId worker, NodeId node) {
      outbox.comes(worker, node);
    }

    @Override
    public void sample(WorkerId worker, long sentNanos, long answeredNanos, long arrivedNanos) {
      outbox.sample(worker, sentNanos, answeredNanos, arrivedNanos);
    }

    @Override
    public void joined(Announcement announcement) {
      report.announced(announcement);
      metrics.joined(announcement);
      cluster.joined(announcement);
      feed(new Event.WorkerAnnounced(announcement));
      catalogue.announced(announcement);
      report.joined();
      workerListener.accept(announcement);
    }

    @Override
    public void left(WorkerId worker) {
      report.left(worker);
      metrics.left(worker);
      cluster.left(worker);
      feed(new Event.WorkerLeft(worker));
      catalogue.left(worker);
      outbox.forget(worker);
    }
  }

  private final class Gateways implements Roll.Listener<GatewayId, GatewayAnnouncement> {
    @Override
    public void comes(GatewayId gateway, NodeId node) {
      outbox.comes(gateway, node);
    }

    @Override
    public void sample(GatewayId gateway, long sentNanos, long answeredNanos, long arrivedNanos) {
      outbox.sample(gateway, sentNanos, answeredNanos, arrivedNanos);
    }

    @Override
    public void joined(GatewayAnnouncement announcement) {
      // Its requests may have come before. It was asked for its clock before, and so has heard
      // who says this.
      outbox.publishAll(announcement.gateway());
    }

    @Override
    public void left(GatewayId gateway) {
      feed(new Event.GatewayLeft(gateway));
      outbox.forget(gateway);
    }
  }
}
