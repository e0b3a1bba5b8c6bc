package org.clockwork.codecs.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.HostedModel;
import org.clockwork.core.model.ModelId;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.core.model.TensorSpec;

/** Models: what they are, what they cost, where they stand. */
final class ModelForms {
  private static final byte REGISTERING = 0;
  private static final byte READY = 1;
  private static final byte UNAVAILABLE = 2;
  private static final byte GONE = 3;
  private static final byte VERSIONED = 4;

  /** A profile with one batch size; it has one at least. */
  private static final int PROFILE_BYTES = 3 * Integer.BYTES + 4 * Long.BYTES;

  private ModelForms() {}

  static final class OfStatus implements WireForm<ModelStatus> {
    @Override
    public void write(WireWriter out, ModelStatus status) {
      switch (status) {
        case ModelStatus.Registering(ModelId id, String name) -> {
          out.int8(REGISTERING);
          Ids.write(out, id);
          out.text(name);
        }
        case ModelStatus.Ready ready -> {
          out.int8(READY);
          Ids.write(out, ready.id());
          ModelForms.write(out, ready.spec());
          out.int64(ready.smallestExecNanos());
          out.int32(ready.largestBatch());
          out.int32(ready.hosts());
        }
        case ModelStatus.Unavailable(String name, String reason) -> {
          out.int8(UNAVAILABLE);
          out.text(name);
          out.text(reason);
        }
        case ModelStatus.Gone(String name) -> {
          out.int8(GONE);
          out.text(name);
        }
        case ModelStatus.Versioned(String name, String highest) -> {
          out.int8(VERSIONED);
          out.text(name);
          out.text(highest);
        }
      }
    }

    @Override
    public ModelStatus read(WireReader in) {
      byte kind = in.int8("case");
      return switch (kind) {
        case REGISTERING -> new ModelStatus.Registering(Ids.model(in), in.text("name"));
        case READY ->
            new ModelStatus.Ready(
                Ids.model(in),
                spec(in),
                in.int64("smallestExecNanos"),
                in.int32("largestBatch"),
                in.int32("hosts"));
        case UNAVAILABLE -> new ModelStatus.Unavailable(in.text("name"), in.text("reason"));
        case GONE -> new ModelStatus.Gone(in.text("name"));
        case VERSIONED -> new ModelStatus.Versioned(in.text("name"), in.text("highest"));
        default -> throw in.wrong("case", "0 to 4", kind);
      };
    }
  }

  static void write(WireWriter out, HostedModel model) {
    Ids.write(out, model.id());
    write(out, model.spec());
    out.list(
        model.profiles().entrySet(),
        (to, entry) -> {
          to.text(entry.getKey());
          to.list(entry.getValue().buckets(), ModelForms::write);
        });
  }

  static HostedModel hosted(WireReader in) {
    ModelId id = Ids.model(in);
    ModelSpec spec = spec(in);
    int kinds = in.count("profiles", Integer.BYTES);
    Map<String, Profiles> profiles = new HashMap<>();
    for (int i = 0; i < kinds; i++) {
      profiles.put(
          in.text("kind of device"),
          new Profiles(in.list("buckets", PROFILE_BYTES, ModelForms::profile)));
    }
    return new HostedModel(id, spec, profiles);
  }

  private static void write(WireWriter out, ModelSpec spec) {
    out.text(spec.name());
    out.text(spec.source());
    out.list(spec.inputs(), ModelForms::write);
    out.list(spec.outputs(), ModelForms::write);
    out.int64(spec.weightsBytes());
    out.int64(spec.defaultSloNanos());
    out.list(spec.lengths(), WireWriter::int32);
  }

  private static ModelSpec spec(WireReader in) {
    return new ModelSpec(
        in.text("name"),
        in.text("source"),
        tensors(in, "inputs"),
        tensors(in, "outputs"),
        in.int64("weightsBytes"),
        in.int64("defaultSloNanos"),
        in.list("lengths", Integer.BYTES, reader -> reader.int32("length")));
  }

  private static List<TensorSpec> tensors(WireReader in, String field) {
    return in.list(field, 2 * Integer.BYTES + 2, ModelForms::tensor);
  }

  private static void write(WireWriter out, TensorSpec tensor) {
    out.text(tensor.name());
    Codes.write(out, tensor.type());
    out.list(tensor.shape(), WireWriter::int32);
    out.optional(
        tensor.free(),
        (to, free) -> {
          to.int32(free.axis());
          to.int64(free.padding());
        });
  }

  private static TensorSpec tensor(WireReader in) {
    return new TensorSpec(
        in.text("name"),
        Codes.type(in),
        in.list("shape", Integer.BYTES, reader -> reader.int32("dimension")),
        in.optional(
            "free", reader -> new TensorSpec.Free(reader.int32("axis"), reader.int64("padding"))));
  }

  private static void write(WireWriter out, Profile profile) {
    out.int32(profile.pages());
    out.int64(profile.loadNanos());
    out.int64(profile.inputNanos());
    out.int64(profile.outputNanos());
    out.list(
        profile.execNanos().entrySet(),
        (to, exec) -> {
          to.int32(exec.getKey());
          to.int64(exec.getValue());
        });
  }

  private static Profile profile(WireReader in) {
    int pages = in.int32("pages");
    long loadNanos = in.int64("loadNanos");
    long inputNanos = in.int64("inputNanos");
    long outputNanos = in.int64("outputNanos");
    int batches = in.count("execNanos", Integer.BYTES + Long.BYTES);
    NavigableMap<Integer, Long> execNanos = new TreeMap<>();
    for (int i = 0; i < batches; i++) {
      execNanos.put(in.int32("batch size"), in.int64("execNanos"));
    }
    return new Profile(pages, loadNanos, inputNanos, outputNanos, execNanos);
  }
}
