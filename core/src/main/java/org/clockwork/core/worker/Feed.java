package org.clockwork.core.worker;

import java.util.List;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;

/** What the INPUT phase copies for one part of a batch. */
public sealed interface Feed {

  record Given(Tensors tensors) implements Feed {}

  /** Nothing was sent; these rows come from the seeded generator. */
  record Generated(List<TensorSpec> tensors, int rows) implements Feed {
    public Generated {
      tensors = List.copyOf(tensors);
    }
  }
}
