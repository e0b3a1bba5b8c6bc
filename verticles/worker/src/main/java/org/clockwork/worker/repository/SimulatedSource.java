package org.clockwork.worker.repository;

import java.util.List;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.ModelSource.ModelSettings;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelName;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.TensorSpec;

/**
 * Completes a model of which only the times are known. Sizes come from the published model of the
 * same name, if there is one; else an image of 224 × 224 goes in, a thousand classes come out, and
 * the weights are what the link of the published machines moves in the time of LOAD.
 */
final class SimulatedSource {
  /** PCIe 3.0 × 16 as measured there: 102.2 MB of resnet50_v2 in 8.31 ms. */
  private static final double LINK_BYTES_PER_NANO = 12.3;

  private static final List<TensorSpec> IMAGE =
      List.of(new TensorSpec("data", DataType.FP32, List.of(3, 224, 224)));
  private static final List<TensorSpec> CLASSES =
      List.of(new TensorSpec("output", DataType.FP32, List.of(1000)));

  private SimulatedSource() {}

  static Measured of(String name, Profile times, ModelSettings settings) {
    ModelSpec spec =
        Zoo.find(lastWord(ModelName.of(name).base()))
            .map(Measured::spec)
            .map(
                known ->
                    new ModelSpec(
                        name, name, known.inputs(), known.outputs(), known.weightsBytes(), 0))
            .orElseGet(
                () ->
                    new ModelSpec(
                        name,
                        name,
                        IMAGE,
                        CLASSES,
                        Math.round(times.loadNanos() * LINK_BYTES_PER_NANO),
                        0));
    int pages =
        Math.toIntExact((spec.weightsBytes() + DeviceSpec.PAGE_BYTES - 1) / DeviceSpec.PAGE_BYTES);
    Profile profile =
        new Profile(
            pages, times.loadNanos(), times.inputNanos(), times.outputNanos(), times.execNanos());
    return new Measured(spec, profile, settings);
  }

  private static String lastWord(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
