package org.clockwork.codecs.wire;

import org.clockwork.core.request.Request;

/** A request on its way to the controller. */
final class RequestForm implements WireForm<Request> {
  @Override
  public void write(WireWriter out, Request request) {
    Ids.write(out, request.id());
    Ids.write(out, request.model());
    out.int32(request.bucket());
    out.int32(request.rows());
    out.int64(request.arrivedNanos());
    out.int64(request.sloNanos());
    out.float64(request.sloFactor());
    out.text(request.tenant());
    out.int32(request.priority());
    out.optional(request.retryOf(), Ids::write);
    out.optional(request.trace(), Ids::write);
    TensorForms.write(out, request.input());
  }

  @Override
  public Request read(WireReader in) {
    return new Request(
        Ids.request(in),
        Ids.model(in),
        in.int32("bucket"),
        in.int32("rows"),
        in.int64("arrivedNanos"),
        in.int64("sloNanos"),
        in.float64("sloFactor"),
        in.text("tenant"),
        in.int32("priority"),
        in.optional("retryOf", Ids::request),
        in.optional("trace", Ids::traceparent),
        TensorForms.input(in));
  }
}
