package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.Profile;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * A model file taken into host memory, checked and measured. Copies of a model share it.
 *
 * @param weightsBytes the file's bytes: nearly all of them are weights
 */
record PreparedModel(
    ModelSource.Onnx source,
    ModelShape shape,
    HostedFile file,
    Profile profile,
    long weightsBytes,
    ProfileStore.Key key) {

  /** Takes half a second for 90 MB, and some seconds more where nobody measured it before. */
  static PreparedModel of(ModelSource.Onnx source, DeviceSpec device, ProfileStore profiles)
      throws DeviceException {
    try {
      ByteBuffer onnx = HostedFile.read(source.file());
      if (!onnx.hasRemaining()) {
        throw new UnusableModel("is empty");
      }
      int pages = device.pagesFor(onnx.remaining());
      device.checkHolds(source.name(), pages);
      ModelShape shape = shape(onnx, source);
      ProfileStore.Key key =
          new ProfileStore.Key(
              source.measurements(),
              device.kind(),
              HostedFile.sha256(onnx),
              shape.batchSizes(),
              shape.sequenceLength());
      Optional<ProfileStore.Entry> stored = profiles.find(key);
      HostedFile file;
      Profile profile;
      if (stored.isPresent()) {
        file =
            HostedFile.prepare(
                onnx, shape, stored.get().optimisation().orElse(GraphOptimisation.ALL));
        profile = stored.get().profile();
      } else {
        file =
            Measuring.fastest(
                List.of(
                    HostedFile.prepare(onnx, shape, GraphOptimisation.ALL),
                    HostedFile.prepare(onnx, shape, GraphOptimisation.BASIC)));
        profile = Measuring.profile(file, pages);
        profiles.keep(key, new ProfileStore.Entry(profile, Optional.of(file.optimisation())));
      }
      return new PreparedModel(source, shape, file, profile, onnx.remaining(), key);
    } catch (NoSuchFileException e) {
      throw unusable(source, "is not there", e);
    } catch (AccessDeniedException e) {
      throw unusable(source, "may not be read by this user", e);
    } catch (IOException e) {
      throw unusable(source, "can't be read: " + e.getMessage(), e);
    } catch (UnusableModel e) {
      throw unusable(source, e.getMessage(), e);
    } catch (OrtException e) {
      throw unusable(source, "is refused by ONNX Runtime: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw unusable(
          source,
          "doesn't fit into the memory outside the heap; raise -XX:MaxDirectMemorySize (%s)"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static ModelShape shape(ByteBuffer onnx, ModelSource.Onnx source)
      throws OrtException, UnusableModel, DeviceException {
    try (OrtSession session = OnnxRuntime.fromOnnx(onnx, GraphOptimisation.BASIC)) {
      return ModelShape.of(session, source.settings());
    }
  }

  private static DeviceException unusable(ModelSource.Onnx source, String what, Throwable cause) {
    return new DeviceException(
        ErrorCode.INVALID_MODEL_PATH,
        "model '%s': %s %s".formatted(source.name(), source.file(), what),
        cause);
  }
}
