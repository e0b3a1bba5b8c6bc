package org.clockwork.test.codecs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.clockwork.codecs.wire.Parcel;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.action.GpuClock;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Inputs;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.Outputs;
import org.clockwork.core.request.RefusalCause;
import org.clockwork.core.request.Request;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.request.Traceparent;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.DataPort;

/** Any valid message of any family: everything that may be sent, whether or not anybody would. */
final class DrawnMessages {
  private static final String PARCEL = "clockwork.parcel.v1";

  /** Every family. */
  static final List<Kind<?>> KINDS =
      List.of(
          new Kind<>("clockwork.request.v1", Request.class, DrawnMessages::request),
          new Kind<>("clockwork.request-id.v1", RequestId.class, DrawnMessages::requestId),
          new Kind<>("clockwork.verdict.v1", Verdict.class, DrawnMessages::verdict),
          new Kind<>("clockwork.action.v1", Action.class, DrawnMessages::action),
          new Kind<>("clockwork.outcome.v1", Outcome.class, DrawnMessages::outcome),
          new Kind<>("clockwork.inputs.v1", Inputs.class, DrawnMessages::inputs),
          new Kind<>("clockwork.outputs.v1", Outputs.class, DrawnMessages::outputs),
          new Kind<>("clockwork.event.v1", Event.class, DrawnMessages::event),
          new Kind<>("clockwork.announcement.v1", Announcement.class, DrawnMessages::announcement),
          new Kind<>("clockwork.model-status.v1", ModelStatus.class, DrawnMessages::modelStatus),
          new Kind<>("clockwork.worker-id.v1", WorkerId.class, DrawnMessages::worker),
          new Kind<>("clockwork.gateway-id.v1", GatewayId.class, DrawnMessages::gateway),
          new Kind<>(
              "clockwork.gateway-announcement.v1",
              GatewayAnnouncement.class,
              DrawnMessages::gatewayAnnouncement),
          new Kind<>("clockwork.data-port.v1", DataPort.class, DrawnMessages::dataPort),
          new Kind<>("clockwork.submission.v1", Submission.class, DrawnMessages::submission),
          new Kind<>("clockwork.answer.v1", Answer.class, DrawnMessages::answer),
          new Kind<>("clockwork.named-request.v1", NamedRequest.class, DrawnMessages::namedRequest),
          new Kind<>(PARCEL, Parcel.class, DrawnMessages::parcel));

  private final Draw draw;

  /**
   * One family.
   *
   * @param codec the name of what carries it
   */
  record Kind<T>(String codec, Class<T> type, Function<DrawnMessages, T> drawn) {}

  DrawnMessages(RandomGenerator random) {
    this.draw = new Draw(random);
  }

  /** Messages of any other families. */
  private Parcel parcel() {
    List<Kind<?>> others = KINDS.stream().filter(kind -> !kind.codec().equals(PARCEL)).toList();
    return new Parcel(
        draw.<Object>list(1, 8, () -> others.get(draw.below(others.size())).drawn().apply(this)));
  }

  private Request request() {
    return new Request(
        requestId(),
        model(),
        draw.atLeast(0),
        draw.atLeast(1),
        draw.int64(),
        draw.atLeast(1L),
        draw.float64(),
        draw.words(),
        draw.int32(),
        draw.optional(this::requestId),
        draw.optional(this::traceparent),
        input());
  }

  private Verdict verdict() {
    return switch (draw.below(4)) {
      case 0 ->
          new Verdict.Dispatched(
              requestId(),
              actionId(),
              gpu(),
              draw.bool(),
              draw.int64(),
              draw.int64(),
              draw.int64());
      case 1 -> new Verdict.Refused(requestId(), cause(), draw.text(), draw.int64());
      case 2 -> new Verdict.TimedOut(requestId());
      default -> new Verdict.Failed(requestId(), error(), draw.text());
    };
  }

  private Action action() {
    return switch (draw.below(5)) {
      case 0 -> infer();
      case 1 -> new Action.Load(actionId(), draw.int32(), model(), window());
      case 2 -> new Action.Unload(actionId(), draw.int32(), model(), window());
      case 3 -> new Action.Register(actionId(), model(), draw.text(), draw.text());
      default -> new Action.Withdraw(actionId(), model());
    };
  }

  private Action.Infer infer() {
    List<Action.Part> parts =
        draw.list(1, 100, () -> new Action.Part(requestId(), draw.below(16) + 1, input()));
    int rows = parts.stream().mapToInt(Action.Part::rows).sum();
    int batch = draw.bool() ? rows : draw.atLeast(rows);
    return new Action.Infer(
        actionId(), draw.int32(), model(), draw.atLeast(0), batch, parts, window());
  }

  private Outcome outcome() {
    Outcome.Stamps stamps = new Outcome.Stamps(draw.int64(), draw.int64());
    return switch (draw.below(7)) {
      case 0 ->
          new Outcome.Inferred(
              actionId(), span(), span(), span(), new GpuClock(draw.int32(), draw.int32()), stamps);
      case 1 -> new Outcome.Loaded(actionId(), span(), stamps);
      case 2 -> new Outcome.Unloaded(actionId(), stamps);
      case 3 -> new Outcome.Registered(actionId(), hosted(), stamps);
      case 4 -> new Outcome.Withdrawn(actionId(), stamps);
      case 5 -> new Outcome.Versioned(actionId(), draw.int64(), stamps);
      default -> new Outcome.Refused(actionId(), error(), draw.text(), stamps);
    };
  }

  private Inputs inputs() {
    return new Inputs(requestId(), tensors());
  }

  private Outputs outputs() {
    return new Outputs(
        requestId(), tensors(), gpu(), draw.int32(), draw.int64(), draw.int64(), draw.int64());
  }

  private Event event() {
    return switch (draw.below(4)) {
      case 0 -> new Event.ActionEnded(worker(), outcome());
      case 1 -> new Event.ModelWanted(draw.text(), draw.text());
      case 2 -> new Event.InputsArrived(worker(), actionId(), draw.int64());
      default -> new Event.ModelUnwanted(draw.text());
    };
  }

  private Announcement announcement() {
    List<DeviceSpec> gpus = draw.list(this::device);
    return new Announcement(
        worker(),
        node(),
        gpus,
        draw.list(() -> new Announcement.Source(draw.text(), draw.int32(), draw.bool())),
        draw.list(0, 40, this::hosted),
        gpus.stream().map(_ -> Set.copyOf(draw.list(0, 40, this::model))).toList());
  }

  private ModelStatus modelStatus() {
    return switch (draw.below(5)) {
      case 0 -> new ModelStatus.Registering(model(), draw.text());
      case 1 -> new ModelStatus.Ready(model(), spec(), draw.int64(), draw.int32(), draw.int32());
      case 2 -> new ModelStatus.Unavailable(draw.text(), draw.text());
      case 3 -> new ModelStatus.Versioned(draw.text(), draw.text());
      default -> new ModelStatus.Gone(draw.text());
    };
  }

  private GatewayAnnouncement gatewayAnnouncement() {
    return new GatewayAnnouncement(gateway(), node());
  }

  private DataPort dataPort() {
    return new DataPort(worker(), node(), draw.text(), draw.int32());
  }

  private Submission submission() {
    return new Submission(
        draw.text(),
        payload(),
        new Objective(draw.optional(draw::int64), draw.optional(draw::float64)),
        draw.text(),
        draw.int32(),
        draw.optional(this::requestId),
        draw.optional(this::traceparent));
  }

  private Traceparent traceparent() {
    return new Traceparent(draw.int64(), draw.int64() | 1, draw.int64() | 1, draw.bool());
  }

  private Payload payload() {
    return switch (draw.below(3)) {
      case 0 ->
          new Payload.Named(
              draw.list(
                  () ->
                      new Submission.NamedTensor(
                          draw.text(), type(), draw.list(draw::int64), draw.content())));
      case 1 -> new Payload.Ordered(tensors());
      default -> new Payload.Generated(draw.int32());
    };
  }

  private Answer answer() {
    return switch (draw.below(4)) {
      case 0 ->
          new Answer.Succeeded(
              requestId(),
              draw.int64(),
              draw.bool(),
              tensors(),
              gpu(),
              draw.int32(),
              draw.bool(),
              draw.int64(),
              draw.int64(),
              draw.int64(),
              draw.int64(),
              draw.int64(),
              draw.int64());
      case 1 -> new Answer.Refused(requestId(), draw.int64(), cause(), draw.text(), draw.int64());
      case 2 -> new Answer.TimedOut(requestId(), draw.int64());
      default -> new Answer.Failed(requestId(), draw.int64(), error(), draw.text());
    };
  }

  private Input input() {
    return switch (draw.below(3)) {
      case 0 -> new Input.Inline(tensors());
      case 1 -> new Input.Held(draw.int64());
      default -> new Input.Generated();
    };
  }

  private Tensors tensors() {
    return new Tensors(draw.atLeast(1), draw.list(draw::content));
  }

  private HostedModel hosted() {
    ModelSpec spec = spec();
    Map<String, Profiles> profiles = new HashMap<>();
    draw.list(0, 10, draw::text).forEach(kind -> profiles.put(kind, profiles(spec.buckets())));
    return new HostedModel(model(), spec, profiles);
  }

  private Profiles profiles(int buckets) {
    int pages = draw.atLeast(0);
    long loadNanos = draw.atLeast(0L);
    return new Profiles(Stream.generate(() -> profile(pages, loadNanos)).limit(buckets).toList());
  }

  private Profile profile(int pages, long loadNanos) {
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    draw.list(1, 32, () -> draw.atLeast(1)).forEach(size -> execNanos.put(size, draw.atLeast(1L)));
    return new Profile(pages, loadNanos, draw.atLeast(0L), draw.atLeast(0L), execNanos);
  }

  private ModelSpec spec() {
    List<Integer> lengths = lengths();
    return new ModelSpec(
        draw.words(),
        draw.words(),
        draw.list(0, 50, () -> tensor(lengths)),
        draw.list(0, 50, () -> tensor(lengths)),
        draw.atLeast(0L),
        draw.atLeast(0L),
        lengths);
  }

  private List<Integer> lengths() {
    List<Integer> lengths = new ArrayList<>();
    for (int more = draw.below(8); more > 1; more--) {
      lengths.add((lengths.isEmpty() ? 0 : lengths.getLast()) + 1 + draw.below(100));
    }
    return lengths;
  }

  /** As long as the longest bucket in one dimension, or of one shape. */
  private TensorSpec tensor(List<Integer> lengths) {
    return lengths.isEmpty() || draw.bool()
        ? tensor()
        : new TensorSpec(
            draw.words(),
            type(),
            List.of(draw.below(9) + 1, lengths.getLast()),
            Optional.of(new TensorSpec.Free(1, draw.int64())));
  }

  /** Of up to as many bytes as a tensor may have. */
  private TensorSpec tensor() {
    DataType type = type();
    List<Integer> shape = new ArrayList<>();
    long room = Integer.MAX_VALUE / type.bytes();
    for (int dimensions = draw.below(5); dimensions > 0; dimensions--) {
      int dimension = draw.below(8) == 0 ? (int) room : draw.below((int) Math.min(room, 9)) + 1;
      shape.add(dimension);
      room /= dimension;
    }
    return new TensorSpec(draw.words(), type, shape);
  }

  private DeviceSpec device() {
    return new DeviceSpec(
        draw.words(), draw.atLeast(1), draw.atLeast(1), draw.bool(), draw.atLeast(1));
  }

  private Window window() {
    long one = draw.int64();
    long other = draw.int64();
    return draw.below(5) == 0 ? Window.ANY : new Window(Math.min(one, other), Math.max(one, other));
  }

  private Span span() {
    long one = draw.int64();
    long other = draw.int64();
    return new Span(Math.min(one, other), Math.max(one, other));
  }

  private RequestId requestId() {
    return new RequestId(gateway(), draw.int64());
  }

  private NamedRequest namedRequest() {
    return new NamedRequest(requestId(), draw.words());
  }

  private ActionId actionId() {
    return new ActionId(draw.int64(), draw.int64());
  }

  private GpuId gpu() {
    return new GpuId(worker(), draw.int32());
  }

  private GatewayId gateway() {
    return new GatewayId(draw.name());
  }

  private WorkerId worker() {
    return new WorkerId(draw.name());
  }

  private NodeId node() {
    return new NodeId(draw.one(List.of(draw.name(), "node 模-1")));
  }

  private ModelId model() {
    return new ModelId(draw.atLeast(0));
  }

  private DataType type() {
    return draw.one(List.of(DataType.values()));
  }

  private RefusalCause cause() {
    return draw.one(List.of(RefusalCause.values()));
  }

  private ErrorCode error() {
    return draw.one(List.of(ErrorCode.values()));
  }
}
