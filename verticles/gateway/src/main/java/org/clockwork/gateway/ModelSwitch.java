package org.clockwork.gateway;

import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;

/** Versions that take each other's place while requests for whichever is served are under way. */
public final class ModelSwitch {
  private ModelSwitch() {}

  /**
   * Whether a request is to be asked once more, because the version that it meant went, and another
   * one is served by now.
   *
   * @param before what its name stood for when it was asked
   * @param now what that stands for by now
   */
  public static boolean happened(Answer answer, ModelStatus before, ModelStatus now) {
    return answer instanceof Answer.Failed failed
        && failed.code() == ErrorCode.UNKNOWN_MODEL
        && now instanceof ModelStatus.Ready
        && !now.name().equals(before.name());
  }
}
