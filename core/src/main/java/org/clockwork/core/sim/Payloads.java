package org.clockwork.core.sim;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.workload.Offer;
import org.clockwork.core.workload.RecordedLoad;

/** What the requests of a simulated client carry. */
@FunctionalInterface
public interface Payloads {
  /** Nothing, for one row: the worker makes it up. */
  Payloads GENERATED = _ -> new Payload.Generated(1);

  /** Inputs of one row, as large as the model's: they take their time on a link that has a rate. */
  Payloads ONE_ROW =
      status ->
          status instanceof ModelStatus.Ready model
              ? new Payload.Ordered(zeros(model.spec(), 1))
              : GENERATED.of(status);

  /**
   * @param model where it stands, as the gateway knows it
   */
  Payload of(ModelStatus model);

  /** The request that an offer becomes. */
  default Submission submission(Offer offer, ModelStatus model) {
    return new Submission(
        offer.model(), of(model), offer.objective(), offer.tenant(), offer.priority());
  }

  /** As recorded in rows and priority; workers make the inputs up. */
  static Payloads recorded(RecordedLoad load) {
    return new Payloads() {
      @Override
      public Payload of(ModelStatus model) {
        return GENERATED.of(model);
      }

      @Override
      public Submission submission(Offer offer, ModelStatus model) {
        RecordedLoad.Arrival arrival = load.arrivals().get((int) offer.number());
        return new Submission(
            offer.model(),
            new Payload.Generated(arrival.rows()),
            offer.objective(),
            offer.tenant(),
            arrival.priority());
      }
    };
  }

  /**
   * Some carry nothing, the others real inputs: small ones ride along, large ones are held by the
   * gateway and pushed. Most have one row.
   */
  static Payloads mixed(RandomGenerator chance) {
    return status -> {
      if (!(status instanceof ModelStatus.Ready model)) {
        return GENERATED.of(status);
      }
      int rows = chance.nextInt(4) > 0 ? 1 : chance.nextInt(1, model.largestBatch() + 1);
      return chance.nextBoolean()
          ? new Payload.Generated(rows)
          : new Payload.Ordered(zeros(model.spec(), rows));
    };
  }

  private static Tensors zeros(ModelSpec model, int rows) {
    return new Tensors(
        rows,
        model.inputs().stream().map(TensorSpec::bytes).map(bytes -> zeros(rows * bytes)).toList());
  }

  private static ByteBuffer zeros(int bytes) {
    return bytes <= Zeros.SHARED.capacity()
        ? Zeros.SHARED.slice(0, bytes)
        : ByteBuffer.allocate(bytes).asReadOnlyBuffer();
  }

  /** One block for all: nobody writes to it and nobody reads much of it. */
  final class Zeros {
    private static final ByteBuffer SHARED = ByteBuffer.allocate(16 << 20).asReadOnlyBuffer();

    private Zeros() {}
  }
}
