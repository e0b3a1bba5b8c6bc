package org.clockwork.codecs.wire;

import java.util.List;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Window;
import org.clockwork.core.model.ModelId;

/** What the controller tells a worker; the id has the controller's term in it. */
final class ActionForm implements WireForm<Action> {
  private static final byte INFER = 0;
  private static final byte LOAD = 1;
  private static final byte UNLOAD = 2;
  private static final byte REGISTER = 3;
  private static final byte WITHDRAW = 4;

  /** A part's request, its rows and the kind of its input. */
  private static final int PART_BYTES = Ids.REQUEST_BYTES + Integer.BYTES + 1;

  @Override
  public void write(WireWriter out, Action action) {
    out.int8(
        switch (action) {
          case Action.Infer _ -> INFER;
          case Action.Load _ -> LOAD;
          case Action.Unload _ -> UNLOAD;
          case Action.Register _ -> REGISTER;
          case Action.Withdraw _ -> WITHDRAW;
        });
    Ids.write(out, action.id());
    Ids.write(out, action.model());
    switch (action) {
      case Action.Infer infer -> {
        place(out, infer);
        out.int32(infer.bucket());
        out.int32(infer.batch());
        out.list(infer.parts(), ActionForm::write);
      }
      case Action.Load load -> place(out, load);
      case Action.Unload unload -> place(out, unload);
      case Action.Register register -> {
        out.text(register.name());
        out.text(register.source());
      }
      case Action.Withdraw _ -> {}
    }
  }

  @Override
  public Action read(WireReader in) {
    byte kind = in.int8("case");
    ActionId id = Ids.action(in);
    ModelId model = Ids.model(in);
    return switch (kind) {
      case INFER -> infer(id, model, in);
      case LOAD -> new Action.Load(id, in.int32("gpu"), model, window(in));
      case UNLOAD -> new Action.Unload(id, in.int32("gpu"), model, window(in));
      case REGISTER -> new Action.Register(id, model, in.text("name"), in.text("source"));
      case WITHDRAW -> new Action.Withdraw(id, model);
      default -> throw in.wrong("case", "0 to 4", kind);
    };
  }

  private static Action.Infer infer(ActionId id, ModelId model, WireReader in) {
    int gpu = in.int32("gpu");
    Window window = window(in);
    int bucket = in.int32("bucket");
    int batch = in.int32("batch");
    List<Action.Part> parts = in.list("parts", PART_BYTES, ActionForm::part);
    return new Action.Infer(id, gpu, model, bucket, batch, parts, window);
  }

  private static void place(WireWriter out, Action.OnGpu action) {
    out.int32(action.gpu());
    out.int64(action.window().earliestNanos());
    out.int64(action.window().latestNanos());
  }

  private static Window window(WireReader in) {
    return new Window(in.int64("earliestNanos"), in.int64("latestNanos"));
  }

  private static void write(WireWriter out, Action.Part part) {
    Ids.write(out, part.request());
    out.int32(part.rows());
    TensorForms.write(out, part.input());
  }

  private static Action.Part part(WireReader in) {
    return new Action.Part(Ids.request(in), in.int32("rows"), TensorForms.input(in));
  }
}
