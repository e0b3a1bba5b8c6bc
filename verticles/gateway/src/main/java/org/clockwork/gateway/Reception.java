package org.clockwork.gateway;

import java.util.List;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;

/** What a door hears that announces a request before it has read the input. */
public sealed interface Reception {

  /** It may come in; this is what its model takes and gives. */
  record Welcome(ModelStatus.Ready model) implements Reception {}

  /** There are other versions of the model. */
  record UnknownVersion(List<ModelStatus> versions) implements Reception {}

  /** It was answered already, whatever its input would have been. */
  record TurnedAway(Answer answer) implements Reception {}
}
