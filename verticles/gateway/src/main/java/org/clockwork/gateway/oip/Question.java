package org.clockwork.gateway.oip;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.gateway.Submission.Payload;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;

/**
 * An inference as a client asks for it, whichever form of the protocol it speaks.
 *
 * @param clientId the client's own name for it, echoed in the answer; empty where it has none
 * @param outputs those that it wants, in that order; none for all of the model
 */
public record Question(
    String clientId, Wishes wishes, List<NamedTensor> inputs, List<OutputWish> outputs) {
  private static final int CLIENT_ID_CHARS_MAX = 256;

  /**
   * One output that is asked for.
   *
   * @param binary raw bytes, not elements one by one
   * @param place where it is to be put, instead of into the answer
   */
  public record OutputWish(String name, boolean binary, Optional<Place> place) {

    /** Nobody's wish in particular. */
    static OutputWish inAnswer(String name, boolean binary) {
      return new OutputWish(name, binary, Optional.empty());
    }

    /** Of the elements of an output the largest: what Triton does for some models. */
    public static void refuseClassification(String output, Fields parameters)
        throws MalformedException {
      if (parameters.number("classification") > 0) {
        throw new MalformedException(
            "output %s: classification is not supported; take the data"
                .formatted(Shown.text(output)));
      }
    }
  }

  public Question {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Objects to what the gateway has no opinion on: the client's id and the wanted outputs. */
  public void check(ModelSpec model) throws MalformedException {
    if (clientId.length() > CLIENT_ID_CHARS_MAX) {
      throw new MalformedException(
          "id is %s; at most %d characters are expected"
              .formatted(Shown.text(clientId), CLIENT_ID_CHARS_MAX));
    }
    List<String> known = model.outputs().stream().map(TensorSpec::name).toList();
    Set<String> seen = new HashSet<>();
    for (OutputWish output : outputs) {
      if (!known.contains(output.name())) {
        throw new MalformedException(
            "output %s is none of model '%s', which gives %s"
                .formatted(Shown.text(output.name()), model.name(), known));
      }
      if (!seen.add(output.name())) {
        throw new MalformedException(
            "output '%s' is asked for twice; once is expected".formatted(output.name()));
      }
    }
  }

  public Submission submission(String model) {
    return wishes.submission(model, new Payload.Named(inputs));
  }
}
