package org.clockwork.gateway.oip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.action.ErrorCode;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Question.OutputWish;

/** What a client hears of its inference, before it is put into the form that its door speaks. */
public sealed interface Reply {

  record Refused(Complaint complaint) implements Reply {}

  /**
   * @param parameters timings, and where it ran: strings, booleans and longs
   */
  record Answered(Map<String, Object> parameters, List<Output> outputs) implements Reply {}

  /**
   * One output.
   *
   * @param content little-endian, row after row
   * @param place where it has been put, instead of into the answer
   */
  record Output(
      TensorSpec spec, int rows, ByteBuffer content, boolean binary, Optional<Place> place) {

    /** With the batch dimension in front. */
    public List<Long> shape() {
      List<Long> shape = new ArrayList<>(spec.shape().size() + 1);
      shape.add((long) rows);
      spec.shapeOf(content.remaining() / rows).forEach(dimension -> shape.add((long) dimension));
      return shape;
    }
  }

  /**
   * @param binary how outputs are wanted where the question names none
   */
  static Reply of(Answer answer, Question question, ModelStatus.Ready model, boolean binary) {
    return answer instanceof Answer.Succeeded success
        ? answered(success, outputs(success, question, model.spec(), binary))
        : new Refused(complaint(answer, model.name()).after(model.smallestExecNanos()));
  }

  private static Reply answered(Answer.Succeeded success, List<Output> outputs) {
    try {
      for (Output output : outputs) {
        if (output.place().isPresent()) {
          output.place().get().write(output.spec().name(), output.content());
        }
      }
      return new Answered(timings(success), outputs);
    } catch (MalformedException wrong) {
      return new Refused(Complaint.of(wrong));
    }
  }

  /** Whether the model went while the request was on its way. */
  static boolean saysGone(Answer answer) {
    return answer instanceof Answer.Failed failed && failed.code() == ErrorCode.UNKNOWN_MODEL;
  }

  /** Of an answer that is no result. */
  static Complaint complaint(Answer answer, String model) {
    return switch (answer) {
      case Answer.Refused refused -> Complaint.of(refused);
      case Answer.TimedOut timedOut -> Complaint.of(timedOut, model);
      case Answer.Failed failed -> Complaint.of(failed);
      case Answer.Succeeded success ->
          throw new IllegalStateException(success.request() + " has a result");
    };
  }

  private static List<Output> outputs(
      Answer.Succeeded success, Question question, ModelSpec model, boolean binary) {
    List<OutputWish> wishes =
        question.outputs().isEmpty()
            ? model.outputs().stream()
                .map(spec -> OutputWish.inAnswer(spec.name(), binary))
                .toList()
            : question.outputs();
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < model.outputs().size(); i++) {
      places.put(model.outputs().get(i).name(), i);
    }
    return wishes.stream()
        .map(
            wish -> {
              int place = places.get(wish.name());
              return new Output(
                  model.outputs().get(place),
                  success.tensors().rows(),
                  success.tensors().buffers().get(place).duplicate().order(ByteOrder.LITTLE_ENDIAN),
                  wish.binary(),
                  wish.place());
            })
        .toList();
  }

  private static Map<String, Object> timings(Answer.Succeeded success) {
    Map<String, Object> timings = new LinkedHashMap<>();
    timings.put("request_id", success.request().toString());
    timings.put("queue_us", Micros.of(success.queuedNanos()));
    timings.put("load_us", Micros.of(success.loadNanos()));
    timings.put("input_us", Micros.of(success.inputNanos()));
    timings.put("exec_us", Micros.of(success.execNanos()));
    timings.put("output_us", Micros.of(success.outputNanos()));
    timings.put("latency_us", Micros.of(success.latencyNanos()));
    timings.put("promised_by_us", Micros.of(success.promisedNanos()));
    timings.put("batch_size", (long) success.batch());
    timings.put("cold_start", success.coldStart());
    timings.put("worker", success.gpu().worker().toString());
    timings.put("gpu", (long) success.gpu().index());
    return timings;
  }
}
