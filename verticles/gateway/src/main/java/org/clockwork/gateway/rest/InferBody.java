package org.clockwork.gateway.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.jackson.JacksonCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelSpec;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.json.TensorJson;
import org.clockwork.gateway.oip.Question;
import org.clockwork.gateway.oip.Question.OutputWish;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedTensors;
import org.clockwork.gateway.sharedmemory.Span;

/**
 * The body of an inference: a JSON object, and behind it the bytes of those tensors that say so, in
 * their order. Fields that only other servers know are left alone, for their clients send them.
 */
final class InferBody {
  private final ByteBuffer json;
  private final ByteBuffer binary;
  private final SharedTensors shared;

  private InferBody(ByteBuffer json, ByteBuffer binary, SharedTensors shared) {
    this.json = json;
    this.binary = binary.order(ByteOrder.LITTLE_ENDIAN);
    this.shared = shared;
  }

  /**
   * A question, and how its outputs are wanted where it names none.
   *
   * @param binary as bytes behind the JSON
   */
  record Read(Question question, boolean binary) {}

  /**
   * @param jsonLength how much of the body is JSON, where a header says so; with 0 all of it is the
   *     one input that the model has
   */
  static Read read(
      ByteBuffer body,
      OptionalInt jsonLength,
      int jsonBytesMax,
      Wishes wishes,
      ModelSpec model,
      SharedTensors shared)
      throws MalformedException {
    int length = jsonLength.orElse(body.remaining());
    if (length > body.remaining()) {
      throw new MalformedException(
          "header '%s' says %d bytes, the body has %d"
              .formatted(InferExchange.JSON_LENGTH, length, body.remaining()));
    }
    if (length > jsonBytesMax) {
      throw new MalformedException(
          "%d bytes of JSON are more than maxJsonBytes=%d; send tensors as binary data"
              .formatted(length, jsonBytesMax));
    }
    if (length == 0 && jsonLength.isPresent()) {
      return new Read(new Question("", wishes, List.of(only(body, model)), List.of()), true);
    }
    return new InferBody(
            body.slice(0, length), body.slice(length, body.remaining() - length), shared)
        .read(wishes);
  }

  /** All of the body is the model's input, as many rows as it makes. */
  private static NamedTensor only(ByteBuffer body, ModelSpec model) throws MalformedException {
    if (model.inputs().size() != 1) {
      throw new MalformedException(
          "a body without JSON is taken for one input; model '%s' has %d"
              .formatted(model.name(), model.inputs().size()));
    }
    TensorSpec input = model.inputs().getFirst();
    List<Long> shape = new ArrayList<>();
    // Bytes tell the rows of a model of one shape, and the length of one row where that varies.
    int rowBytes =
        input.free().isEmpty() ? input.bytes() : Math.max(input.bytesPerLength(), body.remaining());
    shape.add(Math.ceilDiv((long) body.remaining(), rowBytes));
    input.shapeOf(rowBytes).forEach(dimension -> shape.add((long) dimension));
    return new NamedTensor(input.name(), input.type(), shape, body);
  }

  private Read read(Wishes wishes) throws MalformedException {
    Fields fields = Fields.of(decoded());
    Fields parameters = fields.object("parameters");
    boolean binaryOutputs = parameters.flag("binary_data_output", false);
    List<OutputWish> outputs = outputs(fields, binaryOutputs);
    Question question =
        new Question(
            fields.optionalText("id").orElse(""), wishes.and(parameters), inputs(fields), outputs);
    if (binary.hasRemaining()) {
      throw new MalformedException(
          "%d bytes are left behind the last tensor; binary_data_size of the inputs adds up to less than was sent"
              .formatted(binary.remaining()));
    }
    return new Read(question, binaryOutputs);
  }

  private Object decoded() throws MalformedException {
    byte[] bytes = new byte[json.remaining()];
    json.get(bytes);
    try {
      JsonParser parser = JacksonCodec.createParser(Buffer.buffer(bytes));
      // No JSON, and yet what NVIDIA's clients write for reals that are none.
      parser.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
      return JacksonCodec.fromParser(parser, Object.class);
    } catch (DecodeException e) {
      throw new MalformedException("the body is no JSON: " + firstLine(e.getMessage()));
    }
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("it is empty");
  }

  private List<NamedTensor> inputs(Fields fields) throws MalformedException {
    JsonArray array = fields.array("inputs");
    List<NamedTensor> inputs = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      Fields input = fields.inside("inputs", array, i);
      String name = input.text("name");
      try {
        inputs.add(input(name, input));
      } catch (MalformedException wrong) {
        throw new MalformedException(
            "input %s: %s".formatted(Shown.text(name), wrong.getMessage()));
      }
    }
    return inputs;
  }

  private NamedTensor input(String name, Fields input) throws MalformedException {
    DataType type = TensorJson.type(input);
    List<Long> shape = TensorJson.shape(input);
    Fields parameters = input.object("parameters");
    Optional<Span> span = shared.input(parameters);
    if (span.isPresent()) {
      TensorJson.expectBytes(name, "its shared memory", span.get().bytes(), type, shape);
      return new NamedTensor(name, type, shape, shared.read(span.get()));
    }
    if (!parameters.has("binary_data_size")) {
      return new NamedTensor(name, type, shape, TensorJson.elements(input, type, shape));
    }
    int size = parameters.integer("binary_data_size", 0, 0, Integer.MAX_VALUE);
    if (input.has("data")) {
      throw new MalformedException("'data' and binary_data_size are both there; one is expected");
    }
    if (size > binary.remaining()) {
      throw new MalformedException(
          "binary_data_size is %d, only %d bytes are left behind the JSON"
              .formatted(size, binary.remaining()));
    }
    TensorJson.expectBytes(name, "its binary data", size, type, shape);
    ByteBuffer content = binary.slice(binary.position(), size).order(ByteOrder.LITTLE_ENDIAN);
    binary.position(binary.position() + size);
    return new NamedTensor(name, type, shape, content);
  }

  private List<OutputWish> outputs(Fields fields, boolean binaryOutputs) throws MalformedException {
    if (!fields.has("outputs")) {
      return List.of();
    }
    JsonArray array = fields.array("outputs");
    List<OutputWish> outputs = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      Fields output = fields.inside("outputs", array, i);
      Fields parameters = output.object("parameters");
      String name = output.text("name");
      OutputWish.refuseClassification(name, parameters);
      outputs.add(
          new OutputWish(
              name, parameters.flag("binary_data", binaryOutputs), shared.output(parameters)));
    }
    return outputs;
  }
}
