package org.clockwork.core.device;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.Profile;
import org.clockwork.core.model.Profiles;

/** A model in a repository, before any device has taken it into host memory. */
public sealed interface ModelSource {

  /** Its name in the repository: the folder, relative to the root, with '/' between. */
  String name();

  /** What {@code settings.json} beside the model says. */
  ModelSettings settings();

  /** The forms that it comes in; devices take one that they can run. */
  default List<ModelSource> forms() {
    return List.of(this);
  }

  /** The model in that form, where it comes in it. */
  default <S extends ModelSource> Optional<S> as(Class<S> form) {
    return forms().stream().filter(form::isInstance).map(form::cast).findFirst();
  }

  /** Only its measurements are known; simulated devices take the time that they say. */
  record Measured(ModelSpec spec, Profiles profiles, ModelSettings settings)
      implements ModelSource {
    /** A model of one shape. */
    public Measured(ModelSpec spec, Profile profile, ModelSettings settings) {
      this(spec, Profiles.of(profile), settings);
    }

    /** Of the longest requests. */
    public Profile profile() {
      return profiles.longest();
    }

    @Override
    public String name() {
      return spec.name();
    }
  }

  /**
   * An ONNX file.
   *
   * @param measurements where profiles measured for it are kept
   */
  record Onnx(String name, Path file, Path measurements, ModelSettings settings)
      implements ModelSource {}

  /**
   * A compiled model.
   *
   * @param folder where {@code model.json} and its files lie
   * @param measurements where profiles measured for it are kept
   * @param targets what it is compiled for, such as {@code cuda:sm_90}; empty where that is not
   *     known
   */
  record Compiled(
      String name, Path folder, Path measurements, List<String> targets, ModelSettings settings)
      implements ModelSource {
    public Compiled {
      targets = List.copyOf(targets);
    }

    /** For who knows what. */
    public Compiled(String name, Path folder, Path measurements, ModelSettings settings) {
      this(name, folder, measurements, List.of(), settings);
    }

    /**
     * Whether a device of that kind, such as {@code cuda}, may find something in it to run; one of
     * which it is not known may.
     */
    public boolean mayRunOn(String kind) {
      return targets.isEmpty()
          || targets.stream().anyMatch(target -> target.startsWith(kind + ":"));
    }
  }

  /** One model as an ONNX file and compiled: some devices run this and some that. */
  record Both(Onnx onnx, Compiled compiled) implements ModelSource {
    public Both {
      if (!onnx.name().equals(compiled.name())) {
        throw new IllegalArgumentException(
            "'%s' and '%s' are not one model".formatted(onnx.name(), compiled.name()));
      }
    }

    @Override
    public String name() {
      return onnx.name();
    }

    @Override
    public ModelSettings settings() {
      return onnx.settings();
    }

    @Override
    public List<ModelSource> forms() {
      return List.of(onnx, compiled);
    }
  }

  /**
   * What an operator says about a model.
   *
   * @param batchSizes the sizes to compile or profile, ascending; empty for 1, 2, 4, 8, 16
   * @param sequenceLengths of a dimension that the file leaves free: several are buckets, requests
   *     have any length up to the last; one is the length of all; empty for the file's own, or 64
   *     where that is free
   * @param padding what inputs are filled up with, by name; 0 for those that are not here
   */
  record ModelSettings(
      Optional<Long> defaultSloNanos,
      List<Integer> batchSizes,
      List<Integer> sequenceLengths,
      Map<String, Long> padding,
      boolean keepWarm,
      int copies) {
    public static final ModelSettings NONE =
        new ModelSettings(Optional.empty(), List.of(), List.of(), false, 1);

    /** Inputs that are filled up are filled up with 0. */
    public ModelSettings(
        Optional<Long> defaultSloNanos,
        List<Integer> batchSizes,
        List<Integer> sequenceLengths,
        boolean keepWarm,
        int copies) {
      this(defaultSloNanos, batchSizes, sequenceLengths, Map.of(), keepWarm, copies);
    }

    public ModelSettings {
      padding = Map.copyOf(padding);
      batchSizes = List.copyOf(batchSizes);
      sequenceLengths = List.copyOf(sequenceLengths);
    }
  }
}
