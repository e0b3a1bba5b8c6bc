package org.clockwork.worker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.clockwork.codecs.Addresses;
import org.clockwork.codecs.ClockNews;
import org.clockwork.codecs.Postbag;
import org.clockwork.core.action.Action;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.Device;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.DataPort;
import org.clockwork.core.worker.Task;
import org.clockwork.core.worker.TaskResult;
import org.clockwork.core.worker.TaskRunner;
import org.clockwork.core.worker.Worker;
import org.clockwork.core.worker.WorkerConfig;
import org.clockwork.core.worker.WorkerEvent;
import org.clockwork.gpunative.PreciseWaiter;
import org.clockwork.worker.repository.ModelRepository;

/**
 * Carries one {@link Worker} on an event loop, and its devices' tasks on executors of their own.
 * Stopping lets what was accepted end, answers the rest, gives all pages back and closes the
 * devices.
 */
public final class WorkerVerticle extends VerticleBase {
  private static final System.Logger LOG = System.getLogger(WorkerVerticle.class.getName());

  /** How long devices may take to be through after draining; then one of them hangs. */
  private static final long RELEASE_MILLIS = 5_000;

  /**
   * Leaving waits for the controller to have heard it, for so long at most: what it sends until
   * then finds its receiver.
   */
  private static final DeliveryOptions FAREWELL = new DeliveryOptions().setSendTimeout(1_000);

  private final WorkerId id;
  private final NodeId node;
  private final WorkerConfig config;
  private final PreciseWaiter waiter;
  private final List<Device> devices;
  private final Optional<String> dataHost;
  private final Worker worker;
  private final Promise<Void> drained = Promise.promise();
  private WorkerLines told = new WorkerLines(_ -> {});
  private Optional<ModelRepository> repository = Optional.empty();
  private int summarySeconds;
  private Phase phase = Phase.SERVING;
  private DeviceExecutors executors;
  private DataServer data;
  private Outbox outbox;
  private long tasksUnderWay;

  private enum Phase {
    SERVING,
    DRAINING,
    RELEASING
  }

  /**
   * @param node the process that it runs in
   * @param dataHost where it takes inputs from gateways of other processes; empty where there are
   *     none
   * @param waiter the clock of this worker and of its devices
   * @param devices closed by this verticle when it stops
   * @param sources models that the worker offers, under distinct names
   */
  public WorkerVerticle(
      WorkerId id,
      NodeId node,
      Optional<String> dataHost,
      WorkerConfig config,
      PreciseWaiter waiter,
      List<Device> devices,
      List<ModelSource> sources) {
    this.id = id;
    this.node = node;
    this.dataHost = dataHost;
    this.config = config;
    this.waiter = waiter;
    this.devices = List.copyOf(devices);
    this.worker = new Worker(id, node, config, devices, sources);
  }

  /**
   * Has it tell its operator what it does; to be called before it is deployed.
   *
   * @param everySeconds between two summaries; 0 prints none
   * @param lines called on the worker's event loop, so it must not block
   */
  public WorkerVerticle telling(int everySeconds, Consumer<String> lines) {
    summarySeconds = everySeconds;
    told = new WorkerLines(lines);
    return this;
  }

  /** Has it look there for models that come while it runs; to be called before it is deployed. */
  public WorkerVerticle lookingIn(ModelRepository models) {
    repository = Optional.of(models);
    return this;
  }

  @Override
  public Future<?> start() {
    if (summarySeconds > 0) {
      vertx.setPeriodic(
          TimeUnit.SECONDS.toMillis(summarySeconds), _ -> told.summary(worker.openActions()));
    }
    data = new DataServer(vertx, config.maxEarlyBytes(), this::feed);
    outbox =
        new Outbox(
            vertx,
            data,
            id,
            waiter,
            told,
            this::run,
            this::look,
            () -> feed(new WorkerEvent.WakeUp()));
    TaskRunner runner = new TaskRunner(devices, waiter);
    return DeviceExecutors.deploy(vertx, id, devices.size(), _ -> executor(runner))
        .onSuccess(deployed -> executors = deployed)
        .onSuccess(_ -> told.executorsStarted(devices.size()))
        .compose(_ -> listen())
        .compose(_ -> dataHost.map(this::offerDataPort).orElse(Future.succeededFuture()))
        .onSuccess(_ -> feed(new WorkerEvent.AnnouncementWanted()));
  }

  private ExecutorVerticle executor(TaskRunner runner) {
    return new ExecutorVerticle(
        config.queueCapacity(),
        runner,
        waiter,
        (task, result) -> context.runOnContext(_ -> ended(task, result)),
        this::drain);
  }

  private Future<?> listen() {
    EventBus bus = vertx.eventBus();
    return Future.all(
        Postbag.receive(bus, Addresses.workerActions(id, node), this::onAction),
        bus.localConsumer(Addresses.workerInputs(id), message -> onLocalGateway(message.body()))
            .completion(),
        bus.consumer(Addresses.workerClock(id), this::onClockQuestion).completion(),
        bus.consumer(Addresses.WORKERS_ANNOUNCE, _ -> onStateQuestion()).completion());
  }

  /** Every gateway is told where it is, now and whenever one asks. */
  private Future<Void> offerDataPort(String host) {
    EventBus bus = vertx.eventBus();
    return data.listen(host)
        .map(port -> new DataPort(id, node, host, port))
        .compose(
            port ->
                bus.consumer(
                        Addresses.DATA_PORTS_WANTED, _ -> bus.publish(Addresses.DATA_PORTS, port))
                    .completion()
                    .onSuccess(_ -> bus.publish(Addresses.DATA_PORTS, port)));
  }

  private void onAction(Action action) {
    told.received(action);
    feed(new WorkerEvent.ActionReceived(action));
  }

  /** Inputs, or the name of a request whose input will not come. */
  private void onLocalGateway(Object message) {
    feed(
        message instanceof Inputs inputs
            ? new WorkerEvent.InputsArrived(inputs)
            : new WorkerEvent.InputsWithdrawn((RequestId) message));
  }

  private void onStateQuestion() {
    told.stateAsked();
    feed(new WorkerEvent.AnnouncementWanted());
  }

  private void onClockQuestion(Message<Object> question) {
    question.reply(waiter.nanos());
    told.clockNews(ClockNews.riding(question.headers()));
  }

  private void feed(WorkerEvent event) {
    worker.on(event, waiter.nanos(), outbox);
    leaveWhenDone();
  }

  private void run(Task task) {
    tasksUnderWay++;
    executors.submit(task);
  }

  /** What is found is told later, never from within this call, however fast it is found. */
  private void look(String source) {
    vertx
        .executeBlocking(() -> found(source))
        .otherwise(cause -> new WorkerEvent.Looked(source, List.of(), cause.getMessage()))
        .onSuccess(looked -> context.runOnContext(_ -> feed(looked)));
  }

  private WorkerEvent found(String source) throws DeviceException {
    List<ModelSource> found = repository.isPresent() ? repository.get().look(source) : List.of();
    return new WorkerEvent.Looked(
        source,
        found,
        "worker %s has no model '%s' and no repository to look for it".formatted(id, source));
  }

  private void ended(Task task, TaskResult result) {
    tasksUnderWay--;
    if (result instanceof TaskResult.Failed failed) {
      logUnlessAnswered(task, failed);
    }
    feed(new WorkerEvent.TaskEnded(task, result));
  }

  /** Clearing up has no outcome that would tell of its failure. */
  private void logUnlessAnswered(Task task, TaskResult.Failed failed) {
    if (task instanceof Task.Unload
        || task instanceof Task.Withdraw
        || task instanceof Task.Release) {
      LOG.log(
          Level.WARNING,
          "worker {0}: {1} of model {2} on GPU {3} was not done, which may cost memory: {4}: {5}",
          id,
          task.getClass().getSimpleName(),
          task.model(),
          task.gpu(),
          failed.code(),
          failed.reason());
    }
  }

  /**
   * Vert.x stops a verticle's children before itself, and the executors are needed for draining: so
   * the first of them to be stopped begins it, and all of them wait for it.
   */
  private Future<?> drain() {
    context.runOnContext(
        _ -> {
          if (phase == Phase.SERVING) {
            phase = Phase.DRAINING;
            vertx.setTimer(1 + config.drainNanos() / 1_000_000, _ -> release());
            feed(new WorkerEvent.Draining());
          }
        });
    return drained.future();
  }

  private void leaveWhenDone() {
    if (tasksUnderWay > 0) {
      return;
    }
    switch (phase) {
      case SERVING -> {}
      case DRAINING -> {
        if (worker.openActions() == 0) {
          release();
        }
      }
      case RELEASING -> drained.tryComplete();
    }
  }

  private void release() {
    if (phase == Phase.DRAINING) {
      phase = Phase.RELEASING;
      vertx.setTimer(RELEASE_MILLIS, _ -> giveUpOnDevices());
      executors.hurry();
      feed(new WorkerEvent.Stopping());
    }
  }

  private void giveUpOnDevices() {
    if (drained.tryComplete()) {
      LOG.log(
          Level.WARNING,
          "worker {0} stops although its devices did not end {1} tasks within {2} ms",
          id,
          tasksUnderWay,
          RELEASE_MILLIS);
    }
  }

  @Override
  public Future<?> stop() {
    // Without a controller nobody needs to hear of it.
    return vertx
        .eventBus()
        .request(Addresses.CONTROLLER_DEPARTURES, id, FAREWELL)
        .transform(_ -> vertx.executeBlocking(this::closeDevices));
  }

  private Void closeDevices() {
    devices.forEach(Device::close);
    return null;
  }
}
