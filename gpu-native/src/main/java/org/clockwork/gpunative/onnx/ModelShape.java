package org.clockwork.gpunative.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.TensorSpec;

/**
 * What goes in and out of one row of a model, and which batch sizes it takes.
 *
 * <p>The leading dimension of every tensor is the batch; any other that the file leaves free has to
 * be a sequence length, which the settings fix, or say some to choose from. Outputs are what first
 * runs return: files often declare them too loosely to reserve memory for.
 *
 * @param lengths of its buckets; one where all requests are of that length, empty where the file
 *     leaves none free
 */
record ModelShape(
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    List<Integer> batchSizes,
    List<Integer> lengths) {
  static final List<Integer> USUAL_BATCH_SIZES = List.of(1, 2, 4, 8, 16);
  static final int USUAL_SEQUENCE_LENGTH = 64;

  /** A model whose batch is free shows the batch dimension of its outputs in a run of two rows. */
  private static final int TRIAL_BATCH = 2;

  /** What the file says of its inputs, before a first run. */
  private record Declared(List<TensorSpec> inputs, OptionalInt fixedBatch, boolean sequenceFree) {
    List<TensorSpec> ofLength(int length) {
      return inputs.stream().map(input -> input.ofLength(length)).toList();
    }
  }

  /** How dimensions that the file leaves free are to be. */
  private record Wanted(List<Integer> lengths, Map<String, Long> padding) {
    Optional<TensorSpec.Free> free(String input, int axis) {
      return lengths.size() == 1
          ? Optional.empty()
          : Optional.of(new TensorSpec.Free(axis, padding.getOrDefault(input, 0L)));
    }
  }

  /**
   * Reads the shape off an open session.
   *
   * @throws UnusableModel the model can't be served; names the tensor and the dimension
   */
  static ModelShape of(OrtSession session, ModelSettings settings)
      throws UnusableModel, OrtException, DeviceException {
    List<Integer> lengths =
        settings.sequenceLengths().isEmpty()
            ? List.of(USUAL_SEQUENCE_LENGTH)
            : settings.sequenceLengths();
    Declared declared = declared(session.getInputInfo(), new Wanted(lengths, settings.padding()));
    return new ModelShape(
        declared.inputs(),
        outputs(session, declared, lengths),
        batchSizes(declared.fixedBatch(), settings.batchSizes()),
        declared.sequenceFree() ? lengths : List.of());
  }

  /** The lengths that requests may be padded to; empty where all have one. */
  List<Integer> buckets() {
    return lengths.size() > 1 ? lengths : List.of();
  }

  private static Declared declared(Map<String, NodeInfo> infos, Wanted wanted)
      throws UnusableModel {
    List<TensorSpec> specs = new ArrayList<>();
    OptionalInt fixedBatch = OptionalInt.empty();
    boolean sequenceFree = false;
    for (NodeInfo node : infos.values()) {
      String name = "input '" + node.getName() + "'";
      TensorInfo info = tensor(name, node.getInfo());
      long[] shape = info.getShape();
      if (shape.length == 0) {
        throw new UnusableModel(name + " is a scalar; expected the batch as its first dimension");
      }
      OptionalInt batch = shape[0] < 0 ? OptionalInt.empty() : OptionalInt.of((int) shape[0]);
      if (!specs.isEmpty() && !batch.equals(fixedBatch)) {
        throw new UnusableModel(
            "%s has the first dimension %s where input '%s' has %s; expected one batch dimension for all"
                .formatted(name, said(batch), specs.getFirst().name(), said(fixedBatch)));
      }
      fixedBatch = batch;
      DataType type = type(name, info);
      List<Integer> row = new ArrayList<>();
      Optional<TensorSpec.Free> free = Optional.empty();
      for (int i = 1; i < shape.length; i++) {
        if (shape[i] < 0) {
          refuseUnlessSequence(name, info, type, i);
          refuseSecond(name, free, i);
          free = wanted.free(node.getName(), i - 1);
          sequenceFree = true;
        }
        row.add(shape[i] < 0 ? wanted.lengths().getLast() : Math.toIntExact(shape[i]));
      }
      specs.add(new TensorSpec(node.getName(), type, row, free));
    }
    if (specs.isEmpty()) {
      throw new UnusableModel("has no inputs");
    }
    return new Declared(specs, fixedBatch, sequenceFree);
  }

  private static void refuseUnlessSequence(String name, TensorInfo info, DataType type, int i)
      throws UnusableModel {
    String dimension = info.getDimensionNames()[i];
    String lower = dimension.toLowerCase(Locale.ROOT);
    boolean named = lower.contains("seq") || lower.contains("len") || lower.contains("token");
    boolean tokenIds =
        info.getShape().length == 2 && (type == DataType.INT64 || type == DataType.INT32);
    if (!named && !tokenIds) {
      throw new UnusableModel(
          "%s leaves its dimension %d%s free; only the batch (dimension 0) and a sequence length may be. Fix it when exporting the model"
              .formatted(name, i, dimension.isEmpty() ? "" : " ('" + dimension + "')"));
    }
  }

  private static void refuseSecond(String name, Optional<TensorSpec.Free> first, int i)
      throws UnusableModel {
    if (first.isPresent()) {
      throw new UnusableModel(
          "%s leaves its dimensions %d and %d free; with several sequenceLengths one of them may be. Give one length"
              .formatted(name, first.get().axis() + 1, i));
    }
  }

  /**
   * Where a dimension is as long as the inputs in runs of different lengths, it varies with them.
   */
  private static List<TensorSpec> outputs(
      OrtSession session, Declared declared, List<Integer> lengths)
      throws UnusableModel, OrtException, DeviceException {
    int batch = declared.fixedBatch().orElse(TRIAL_BATCH);
    int longest = lengths.getLast();
    List<TensorSpec> outputs = outputs(session, declared.ofLength(longest), batch);
    if (!declared.sequenceFree() || lengths.size() == 1) {
      return outputs;
    }
    List<TensorSpec> shorter = outputs(session, declared.ofLength(lengths.getFirst()), batch);
    List<TensorSpec> varying = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      varying.add(varying(outputs.get(i), shorter.get(i), lengths.getFirst()));
    }
    return varying;
  }

  private static TensorSpec varying(TensorSpec longest, TensorSpec shortest, int length)
      throws UnusableModel {
    for (int axis = 0; axis < longest.shape().size(); axis++) {
      TensorSpec free =
          new TensorSpec(
              longest.name(),
              longest.type(),
              longest.shape(),
              Optional.of(new TensorSpec.Free(axis, 0)));
      boolean differs = !longest.shape().get(axis).equals(shortest.shape().get(axis));
      if (differs && free.ofLength(length).equals(shortest)) {
        return free;
      }
    }
    if (longest.shape().equals(shortest.shape())) {
      return longest;
    }
    throw new UnusableModel(
        "output '%s' has shape %s or %s, by the length of the inputs; with several sequenceLengths one dimension may vary, as that length does. Give one length"
            .formatted(longest.name(), shortest.shape(), longest.shape()));
  }

  private static List<TensorSpec> outputs(OrtSession session, List<TensorSpec> inputs, int batch)
      throws UnusableModel, OrtException, DeviceException {
    List<TensorSpec> outputs = new ArrayList<>();
    IoLayout layout = new IoLayout(batch, inputs, List.of());
    try (IoSlot slot = new IoSlot();
        OrtSession.Result result = session.run(slot.view(layout).inputTensors())) {
      for (Map.Entry<String, OnnxValue> output : result) {
        String name = "output '" + output.getKey() + "'";
        TensorInfo info = tensor(name, output.getValue().getInfo());
        long[] shape = info.getShape();
        if (shape.length == 0 || shape[0] != batch) {
          throw new UnusableModel(
              "%s has shape %s for a batch of %d; expected the batch as its first dimension"
                  .formatted(name, Arrays.toString(shape), batch));
        }
        List<Integer> row = Arrays.stream(shape).skip(1).mapToObj(Math::toIntExact).toList();
        outputs.add(new TensorSpec(output.getKey(), type(name, info), row));
      }
    }
    return outputs;
  }

  private static TensorInfo tensor(String name, ai.onnxruntime.ValueInfo info)
      throws UnusableModel {
    if (info instanceof TensorInfo tensor) {
      return tensor;
    }
    throw new UnusableModel(name + " is " + info + "; only tensors can be served");
  }

  private static DataType type(String name, TensorInfo info) throws UnusableModel {
    return ElementTypes.of(info.onnxType)
        .orElseThrow(
            () ->
                new UnusableModel(
                    "%s has elements of %s, which ONNX Runtime's Java API can't carry"
                        .formatted(name, info.onnxType)));
  }

  private static List<Integer> batchSizes(OptionalInt fixed, List<Integer> wanted)
      throws UnusableModel {
    if (fixed.isEmpty()) {
      return wanted.isEmpty() ? USUAL_BATCH_SIZES : wanted.stream().sorted().distinct().toList();
    }
    List<Integer> only = List.of(fixed.getAsInt());
    if (!wanted.isEmpty() && !wanted.equals(only)) {
      throw new UnusableModel(
          "is fixed to batches of %d, and its settings ask for %s; export it with a free batch dimension or drop batchSizes"
              .formatted(fixed.getAsInt(), wanted));
    }
    return only;
  }

  private static String said(OptionalInt batch) {
    return batch.isEmpty() ? "free" : Integer.toString(batch.getAsInt());
  }
}
