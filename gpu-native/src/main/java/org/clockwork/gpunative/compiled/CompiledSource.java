package org.clockwork.gpunative.compiled;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.device.DeviceException;
import org.clockwork.core.device.ModelSource;

/** What devices that run plans take of a model. */
public final class CompiledSource {
  private CompiledSource() {}

  /**
   * The model as it is compiled.
   *
   * @throws DeviceException it is not
   */
  public static ModelSource.Compiled of(ModelSource source) throws DeviceException {
    return source
        .as(ModelSource.Compiled.class)
        .orElseThrow(
            () ->
                new DeviceException(
                    ErrorCode.INVALID_MODEL_PATH,
                    "model '%s' has no model.json; this device runs compiled models only"
                        .formatted(source.name())));
  }

  /**
   * Whether it has a plan that a device of that kind, {@code cpu} or {@code cuda}, may find
   * something to run in.
   */
  public static boolean runsOn(String kind, ModelSource source) {
    return source.as(ModelSource.Compiled.class).filter(plan -> plan.mayRunOn(kind)).isPresent();
  }
}
