package org.clockwork.gpunative.cuda;

import java.util.List;
import org.clockwork.gpunative.compiled.Place;
import org.clockwork.gpunative.compiled.Weights;

/**
 * Where a model's tensors lie on one GPU, for good.
 *
 * @param io the area that EXEC reads inputs from and writes outputs to
 * @param workspace the area for what ops leave for later ones
 * @param weights of the model's first page
 */
record Addresses(
    long io, long workspace, long weights, int pageBytes, List<Weights.Tensor> tensors) {

  long of(Place place) {
    return switch (place) {
      case Place.Io(var extent) -> io + extent.offset();
      case Place.Workspace(var extent) -> workspace + extent.offset();
      case Place.Weight(int tensor) -> weights + tensors.get(tensor).extent(pageBytes).offset();
    };
  }
}
