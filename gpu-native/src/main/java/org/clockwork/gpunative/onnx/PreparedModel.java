package org.clockwork.gpunative.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.DeviceSpec;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;
import org.clockwork.gpunative.profile.GraphOptimisation;
import org.clockwork.gpunative.profile.ProfileStore;

/**
 * A model file taken into host memory, checked and measured. Copies of a model share it.
 *
 * @param profiles of its buckets, and the keys that they are kept under
 * @param weightsBytes the file's bytes: nearly all of them are weights
 */
record PreparedModel(
    ModelSource.Onnx source,
    ModelShape shape,
    HostedFile file,
    Profiles profiles,
    long weightsBytes,
    List<ProfileStore.Key> keys) {

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
      List<ProfileStore.Key> keys = keys(source, device, HostedFile.sha256(onnx), shape);
      Optional<ProfileStore.Entry> any =
          keys.stream().flatMap(key -> profiles.find(key).stream()).findFirst();
      HostedFile file = file(onnx, shape, any);
      long loadNanos =
          any.isPresent() ? any.get().profile().loadNanos() : Measuring.loadNanos(file);
      List<Profile> buckets = new ArrayList<>();
      for (int bucket = 0; bucket < keys.size(); bucket++) {
        ProfileStore.Key key = keys.get(bucket);
        Optional<ProfileStore.Entry> stored = profiles.find(key);
        Profile profile =
            stored.isPresent()
                ? loadedIn(loadNanos, stored.get().profile())
                : Measuring.profile(file, bucket, pages, loadNanos);
        if (stored.isEmpty()) {
          profiles.keep(key, new ProfileStore.Entry(profile, Optional.of(file.optimisation())));
        }
        buckets.add(profile);
      }
      return new PreparedModel(source, shape, file, new Profiles(buckets), onnx.remaining(), keys);
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

  /** Each bucket's profile is kept by itself, and serves whatever other buckets there are. */
  private static List<ProfileStore.Key> keys(
      ModelSource.Onnx source, DeviceSpec device, String sha256, ModelShape shape) {
    List<Integer> lengths = shape.lengths().isEmpty() ? List.of(0) : shape.lengths();
    return lengths.stream()
        .map(
            length ->
                new ProfileStore.Key(
                    source.measurements(), device.kind(), sha256, shape.batchSizes(), length))
        .toList();
  }

  private static HostedFile file(
      ByteBuffer onnx, ModelShape shape, Optional<ProfileStore.Entry> known)
      throws OrtException, DeviceException {
    if (known.isPresent()) {
      return HostedFile.prepare(
          onnx, shape, known.get().optimisation().orElse(GraphOptimisation.ALL));
    }
    return Measuring.fastest(
        List.of(
            HostedFile.prepare(onnx, shape, GraphOptimisation.ALL),
            HostedFile.prepare(onnx, shape, GraphOptimisation.BASIC)));
  }

  /** What was measured at different times says different things of one LOAD. */
  private static Profile loadedIn(long loadNanos, Profile stored) {
    return stored.loadNanos() == loadNanos
        ? stored
        : new Profile(
            stored.pages(),
            loadNanos,
            stored.inputNanos(),
            stored.outputNanos(),
            stored.execNanos());
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
