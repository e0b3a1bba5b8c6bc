package org.clockwork.test.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.scheduler.Board;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.Gpu;
import org.clockwork.core.scheduler.Host;
import org.clockwork.core.scheduler.Model;
import org.clockwork.core.scheduler.Pending;
import org.clockwork.core.scheduler.Policy;
import org.clockwork.core.scheduler.Replica;
import org.clockwork.core.scheduler.SchedulerConfig;

/**
 * What a policy is given to work with, and no policy: for claims about the parts that policies are
 * made of. Nothing runs, loads or is refused until the test says so; times are those of {@link
 * SchedulerScene}.
 */
public final class Backstage {
  public static final long MILLIS = SchedulerScene.MILLIS;
  public static final long LEG = SchedulerScene.LEG;

  /** So long before a GPU is free its next action is sent, while few ways were measured. */
  public static final long AHEAD = SchedulerScene.AHEAD;

  private static final String WORKER = "w";

  /** Is told of requests that leave their queue, as a policy is. */
  public interface Leaving {
    void left(Model model, List<Pending> requests, long now);
  }

  private final SchedulerScene scene;
  private final Map<String, Model> models = new HashMap<>();
  private final List<Gpu> gpus = new ArrayList<>();
  private Board board;
  private Leaving whenUnqueued = (_, _, _) -> {};
  private long requests;
  private Optional<Pending> queued = Optional.empty();

  /** One worker with so many GPUs of a hundred pages. */
  public Backstage(int gpuCount) {
    this(gpuCount, SchedulerConfig.DEFAULT);
  }

  public Backstage(int gpuCount, SchedulerConfig config) {
    this(config, hundreds(gpuCount));
  }

  private Backstage(SchedulerConfig config, int... pages) {
    scene = new SchedulerScene(given -> new Nobody(given), config);
    scene.joins(WORKER, pages);
  }

  /** One worker with GPUs of so many pages. */
  public static Backstage withPages(int... pages) {
    return new Backstage(SchedulerConfig.DEFAULT, pages);
  }

  private static int[] hundreds(int count) {
    int[] pages = new int[count];
    Arrays.fill(pages, 100);
    return pages;
  }

  /** Remembers whom it was told of. */
  private final class Nobody implements Policy {
    private Nobody(Board given) {
      board = given;
    }

    @Override
    public void queued(Pending request, long now) {
      queued = Optional.of(request);
    }

    @Override
    public void unqueued(Model model, List<Pending> requests, long now) {
      whenUnqueued.left(model, requests, now);
    }

    @Override
    public void missed(Request request, Model model, long now) {}

    @Override
    public void room(Gpu gpu, long now) {
      if (!gpus.contains(gpu)) {
        gpus.add(gpu);
      }
    }

    @Override
    public void resident(Replica replica, long now) {}

    @Override
    public void evicted(Replica replica, long now) {}

    @Override
    public void hosted(Model model, Host host, long now) {
      models.put(model.name(), model);
    }

    @Override
    public void forgotten(Model model) {}

    @Override
    public void left(Gpu gpu, long now) {}
  }

  public Board board() {
    return board;
  }

  public long now() {
    return scene.nowNanos;
  }

  public void passes(long nanos) {
    scene.happens(new Event.WakeUp()); // So that alarms count that were set without an event.
    scene.passes(nanos);
  }

  public Gpu gpu(int index) {
    return gpus.get(index);
  }

  /** The model of this name, in host memory: m, n or o. */
  public Model model(String name) {
    if (!models.containsKey(name)) {
      scene.serves(name);
    }
    return models.get(name);
  }

  /** A model of so many pages, in host memory. */
  public Model model(String name, int pages) {
    scene.repository(name, pages, 10 * MILLIS);
    return model(name);
  }

  /** Another worker joins with one GPU of a hundred pages. */
  public Gpu joins(String worker) {
    scene.joins(worker, 100);
    return gpus.getLast();
  }

  /** A LOAD of the model is on its way to the GPU. */
  public Replica loading(Model model, int gpu) {
    return board.load(gpus.get(gpu), model.weights(), now()).replicas().getFirst();
  }

  /** The model is on the GPU. */
  public Replica resident(Model model, int gpu) {
    Replica replica = loading(model, gpu);
    scene.succeeds(scene.loads().getLast());
    return replica;
  }

  /** The LOAD that was on its way is done. */
  public void comes(Replica replica) {
    int gpu = replica.gpu().id().index();
    scene.succeeds(
        loads().stream()
            .filter(load -> load.gpu() == gpu && load.model().equals(replica.model().id()))
            .findFirst()
            .orElseThrow());
  }

  /** Its weights are unloaded. */
  public void goes(Replica replica) {
    board.unload(replica.residence(), now());
  }

  /** Sent and not ended. */
  public List<Action.Load> loads() {
    return scene.loads();
  }

  /** The model is on each of the first so many GPUs. */
  public List<Replica> everywhere(String model, int gpus) {
    List<Replica> replicas = new ArrayList<>();
    for (int gpu = 0; gpu < gpus; gpu++) {
      replicas.add(resident(model(model), gpu));
    }
    return replicas;
  }

  /** A request waits in the model's queue. */
  public Pending queues(Model model, int rows, long sloNanos) {
    return queues(model, rows, sloNanos, 0);
  }

  /** A request for what was refused comes again, as the same tenant's, and waits. */
  public Pending queuesAgain(Pending refused, long sloNanos) {
    queued = Optional.empty();
    Request before = refused.request();
    scene.happens(
        new Event.RequestArrived(
            new Request(
                new RequestId(SchedulerScene.GATEWAY, requests++),
                before.model(),
                before.bucket(),
                before.rows(),
                now(),
                sloNanos,
                0,
                before.tenant(),
                before.priority(),
                Optional.of(before.id()),
                Optional.empty(),
                new Input.Generated())));
    return queued.orElseThrow();
  }

  /** The same with so many bytes of input, which a gateway has to push; none where it is 0. */
  public Pending queues(Model model, int rows, long sloNanos, long inputBytes) {
    queued = Optional.empty();
    scene.happens(
        new Event.RequestArrived(
            new Request(
                new RequestId(SchedulerScene.GATEWAY, requests++),
                model.id(),
                rows,
                now(),
                sloNanos,
                0,
                "default",
                0,
                inputBytes == 0 ? new Input.Generated() : new Input.Held(inputBytes))));
    return queued.orElseThrow(
        () -> new AssertionError("was not let in: " + scene.verdicts.getLast()));
  }

  /** A batch of these is sent, and under way. */
  public Action.Infer sends(Replica replica, int batch, List<Pending> requests) {
    board.infer(replica, batch, requests, now());
    return scene.infers().getLast();
  }

  /** A batch of one new request is sent, which keeps the GPU busy as long as the size takes. */
  public Action.Infer keepsBusy(Replica replica, int batch) {
    return sends(replica, batch, List.of(queues(replica.model(), 1, 10_000 * MILLIS)));
  }

  /** Sent and not ended. */
  public List<Action.Infer> infers() {
    return scene.infers();
  }

  /** The same of one GPU. */
  public List<Action.Infer> infers(Gpu gpu) {
    return infers().stream()
        .filter(infer -> new GpuId(scene.workerOf(infer), infer.gpu()).equals(gpu.id()))
        .toList();
  }

  public void succeeds(Action.Infer infer) {
    scene.succeeds(infer);
  }

  /** The same, after so long a time. */
  public void succeedsIn(Action.Infer infer, long execNanos) {
    scene.succeedsIn(infer, execNanos);
  }

  /** It fails for a reason that may lie in one of its requests: each is tried alone from now on. */
  public void breaks(Action.Infer infer) {
    scene.isRefused(infer, ErrorCode.RUNTIME_ERROR);
  }

  /** The request leaves the queue. */
  public void refuses(Pending request) {
    board.refuse(request, RefusalCause.QUEUE, "by the test", 0, now());
  }

  public void tellsOfUnqueued(Leaving told) {
    whenUnqueued = told;
  }

  /** The worker shuts down. */
  public void retires() {
    scene.happens(new Event.WorkerRetires(new WorkerId(WORKER)));
  }

  /** Nobody wants the model any more. */
  public void withdraws(String model) {
    scene.happens(new Event.ModelUnwanted(model));
  }

  /** Twenty alarms go off so much later than they were set for. */
  public void alarmsAreLateBy(long nanos) {
    for (int i = 0; i < 20; i++) {
      board.timers().timer(_ -> {}).setAt(now());
      scene.nowNanos += nanos;
      scene.happens(new Event.WakeUp());
    }
  }

  public List<Verdict> endOf(Pending request) {
    RequestId id = request.request().id();
    return scene.endOf(id);
  }
}
