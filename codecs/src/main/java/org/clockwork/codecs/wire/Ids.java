package org.clockwork.codecs.wire;

import org.clockwork.core.action.ActionId;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.NodeId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.request.Traceparent;

/** Names of things. */
final class Ids {
  /** Bytes of a request id whose gateway's name is empty: the least that one takes. */
  static final int REQUEST_BYTES = Integer.BYTES + Long.BYTES;

  private Ids() {}

  static void write(WireWriter out, RequestId id) {
    write(out, id.gateway());
    out.int64(id.number());
  }

  static RequestId request(WireReader in) {
    return new RequestId(gateway(in), in.int64("request number"));
  }

  static void write(WireWriter out, GatewayId id) {
    out.text(id.value());
  }

  static GatewayId gateway(WireReader in) {
    return new GatewayId(in.text("gateway id"));
  }

  static void write(WireWriter out, WorkerId id) {
    out.text(id.value());
  }

  static WorkerId worker(WireReader in) {
    return new WorkerId(in.text("worker id"));
  }

  static void write(WireWriter out, NodeId id) {
    out.text(id.value());
  }

  static NodeId node(WireReader in) {
    return new NodeId(in.text("node id"));
  }

  static void write(WireWriter out, GpuId id) {
    write(out, id.worker());
    out.int32(id.index());
  }

  static GpuId gpu(WireReader in) {
    return new GpuId(worker(in), in.int32("gpu index"));
  }

  static void write(WireWriter out, ActionId id) {
    out.int64(id.term());
    out.int64(id.number());
  }

  static ActionId action(WireReader in) {
    return new ActionId(in.int64("term"), in.int64("action number"));
  }

  static void write(WireWriter out, Traceparent trace) {
    out.int64(trace.traceHigh());
    out.int64(trace.traceLow());
    out.int64(trace.parent());
    out.bool(trace.sampled());
  }

  static Traceparent traceparent(WireReader in) {
    return new Traceparent(
        in.int64("traceHigh"), in.int64("traceLow"), in.int64("parent"), in.bool("sampled"));
  }

  static void write(WireWriter out, ModelId id) {
    out.int32(id.value());
  }

  static ModelId model(WireReader in) {
    return new ModelId(in.int32("model id"));
  }
}
