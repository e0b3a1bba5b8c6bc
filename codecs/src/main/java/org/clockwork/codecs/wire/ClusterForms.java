package org.clockwork.codecs.wire;

import java.util.HashSet;
import org.clockwork.core.cluster.GatewayId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.gateway.GatewayAnnouncement;
import org.clockwork.core.request.NamedRequest;
import org.clockwork.core.request.RequestId;
import org.clockwork.core.worker.Announcement;
import org.clockwork.core.worker.DataPort;

/** Who is there: workers and gateways, and what they say of themselves. */
final class ClusterForms {
  private ClusterForms() {}

  static final class OfAnnouncement implements WireForm<Announcement> {
    @Override
    public void write(WireWriter out, Announcement announcement) {
      Ids.write(out, announcement.worker());
      Ids.write(out, announcement.node());
      out.list(announcement.gpus(), ClusterForms::write);
      out.list(announcement.sources(), ClusterForms::write);
      out.list(announcement.hosted(), ModelForms::write);
      out.list(announcement.resident(), (to, gpu) -> to.list(gpu, Ids::write));
    }

    @Override
    public Announcement read(WireReader in) {
      return new Announcement(
          Ids.worker(in),
          Ids.node(in),
          in.list("gpus", Integer.BYTES, ClusterForms::device),
          in.list("sources", Integer.BYTES, ClusterForms::source),
          in.list("hosted", Integer.BYTES, ModelForms::hosted),
          in.list(
              "resident",
              Integer.BYTES,
              gpu -> new HashSet<>(gpu.list("models", Integer.BYTES, Ids::model))));
    }
  }

  static final class OfNamedRequest implements WireForm<NamedRequest> {
    @Override
    public void write(WireWriter out, NamedRequest named) {
      Ids.write(out, named.request());
      out.text(named.name());
    }

    @Override
    public NamedRequest read(WireReader in) {
      return new NamedRequest(Ids.request(in), in.text("name"));
    }
  }

  static final class OfGatewayAnnouncement implements WireForm<GatewayAnnouncement> {
    @Override
    public void write(WireWriter out, GatewayAnnouncement announcement) {
      Ids.write(out, announcement.gateway());
      Ids.write(out, announcement.node());
    }

    @Override
    public GatewayAnnouncement read(WireReader in) {
      return new GatewayAnnouncement(Ids.gateway(in), Ids.node(in));
    }
  }

  static final class OfDataPort implements WireForm<DataPort> {
    @Override
    public void write(WireWriter out, DataPort port) {
      Ids.write(out, port.worker());
      Ids.write(out, port.node());
      out.text(port.host());
      out.int32(port.port());
    }

    @Override
    public DataPort read(WireReader in) {
      return new DataPort(Ids.worker(in), Ids.node(in), in.text("host"), in.int32("port"));
    }
  }

  static final class OfRequestId implements WireForm<RequestId> {
    @Override
    public void write(WireWriter out, RequestId id) {
      Ids.write(out, id);
    }

    @Override
    public RequestId read(WireReader in) {
      return Ids.request(in);
    }
  }

  static final class OfWorkerId implements WireForm<WorkerId> {
    @Override
    public void write(WireWriter out, WorkerId id) {
      Ids.write(out, id);
    }

    @Override
    public WorkerId read(WireReader in) {
      return Ids.worker(in);
    }
  }

  static final class OfGatewayId implements WireForm<GatewayId> {
    @Override
    public void write(WireWriter out, GatewayId id) {
      Ids.write(out, id);
    }

    @Override
    public GatewayId read(WireReader in) {
      return Ids.gateway(in);
    }
  }

  private static void write(WireWriter out, DeviceSpec device) {
    out.text(device.kind());
    out.int32(device.pageBytes());
    out.int32(device.pages());
    out.bool(device.loadExcludesExec());
    out.int32(device.ioSlots());
  }

  private static DeviceSpec device(WireReader in) {
    return new DeviceSpec(
        in.text("kind"),
        in.int32("pageBytes"),
        in.int32("pages"),
        in.bool("loadExcludesExec"),
        in.int32("ioSlots"));
  }

  private static void write(WireWriter out, Announcement.Source source) {
    out.text(source.name());
    out.int32(source.served());
    out.bool(source.keepWarm());
  }

  private static Announcement.Source source(WireReader in) {
    return new Announcement.Source(in.text("name"), in.int32("served"), in.bool("keepWarm"));
  }
}
