package org.clockwork.gateway.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.json.TensorJson;
import org.clockwork.gateway.oip.Place;
import org.clockwork.gateway.oip.Question;
import org.clockwork.gateway.oip.Question.OutputWish;
import org.clockwork.gateway.oip.Reply;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.gateway.sharedmemory.SharedTensors;
import org.clockwork.gateway.sharedmemory.Span;
import org.clockwork.protocol.inference.InferParameter;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferRequest.InferInputTensor;
import org.clockwork.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.clockwork.protocol.inference.ModelInferResponse.InferOutputTensor;

/** Inferences as gRPC's messages have them. */
final class InferMessages {
  private InferMessages() {}

  static Question question(ModelInferRequest request, Wishes wishes, SharedTensors shared)
      throws MalformedException {
    return new Question(
        request.getId(),
        wishes.and(parameters(request.getParametersMap())),
        inputs(request, shared),
        outputs(request, shared));
  }

  /** Whoever sent elements one by one gets them so. */
  static boolean raw(ModelInferRequest request) {
    return request.getInputsList().stream().noneMatch(InferInputTensor::hasContents);
  }

  private static List<NamedTensor> inputs(ModelInferRequest request, SharedTensors shared)
      throws MalformedException {
    List<InferInputTensor> sent = request.getInputsList();
    Iterator<ByteString> raws = raws(request);
    List<NamedTensor> inputs = new ArrayList<>(sent.size());
    for (InferInputTensor input : sent) {
      try {
        DataType type = TensorJson.type(input.getDatatype(), "datatype");
        Optional<Span> span = shared.input(parameters(input.getParametersMap()));
        inputs.add(
            new NamedTensor(
                input.getName(),
                type,
                input.getShapeList(),
                span.isPresent()
                    ? read(input, type, span.get(), shared)
                    : content(input, type, raws)));
      } catch (MalformedException wrong) {
        throw new MalformedException(
            "input %s: %s".formatted(Shown.text(input.getName()), wrong.getMessage()));
      }
    }
    return inputs;
  }

  /** Those in shared memory have none. */
  private static Iterator<ByteString> raws(ModelInferRequest request) throws MalformedException {
    int raws = request.getRawInputContentsCount();
    long expected =
        request.getInputsList().stream()
            .filter(input -> !input.containsParameters(Span.REGION))
            .count();
    if (raws > 0 && raws != expected) {
      throw new MalformedException(
          "raw_input_contents has %d elements; one for each of %d inputs is expected"
              .formatted(raws, expected));
    }
    return request.getRawInputContentsList().iterator();
  }

  private static ByteBuffer read(
      InferInputTensor input, DataType type, Span span, SharedTensors shared)
      throws MalformedException {
    TensorJson.expectBytes(
        input.getName(), "its shared memory", span.bytes(), type, input.getShapeList());
    return shared.read(span);
  }

  private static ByteBuffer content(
      InferInputTensor input, DataType type, Iterator<ByteString> raws) throws MalformedException {
    boolean raw = raws.hasNext();
    if (raw && input.hasContents()) {
      throw new MalformedException(
          "contents and raw_input_contents are both there; one is expected");
    }
    ByteBuffer content =
        raw
            ? raws.next().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN)
            : TypedContents.read(input.getContents(), type);
    TensorJson.expectBytes(
        input.getName(), "its data", content.remaining(), type, input.getShapeList());
    return content;
  }

  private static List<OutputWish> outputs(ModelInferRequest request, SharedTensors shared)
      throws MalformedException {
    List<OutputWish> outputs = new ArrayList<>(request.getOutputsCount());
    for (InferRequestedOutputTensor output : request.getOutputsList()) {
      Fields parameters = parameters(output.getParametersMap());
      OutputWish.refuseClassification(output.getName(), parameters);
      outputs.add(new OutputWish(output.getName(), true, shared.output(parameters)));
    }
    return outputs;
  }

  private static Fields parameters(Map<String, InferParameter> parameters) {
    JsonObject json = new JsonObject();
    parameters.forEach((name, value) -> json.put(name, value(value)));
    return new Fields(json, "parameters.");
  }

  private static Object value(InferParameter parameter) {
    return switch (parameter.getParameterChoiceCase()) {
      case BOOL_PARAM -> parameter.getBoolParam();
      case INT64_PARAM -> parameter.getInt64Param();
      case STRING_PARAM -> parameter.getStringParam();
      case DOUBLE_PARAM -> parameter.getDoubleParam();
      case UINT64_PARAM -> parameter.getUint64Param();
      case PARAMETERCHOICE_NOT_SET -> "";
    };
  }

  static ModelInferResponse response(
      Reply.Answered answered, ModelName model, String clientId, boolean raw) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder()
            .setModelName(model.unversioned())
            .setModelVersion(model.versionText())
            .setId(clientId);
    answered.parameters().forEach((name, value) -> response.putParameters(name, parameter(value)));
    // Raw contents are for all outputs or for none.
    boolean rawHere =
        raw
            || answered.outputs().stream()
                .anyMatch(output -> !TypedContents.has(output.spec().type()));
    for (Reply.Output output : answered.outputs()) {
      InferOutputTensor.Builder tensor =
          InferOutputTensor.newBuilder()
              .setName(output.spec().name())
              .setDatatype(output.spec().type().name())
              .addAllShape(output.shape());
      if (output.place().isPresent()) {
        tell(output.place().get(), output, tensor);
        if (rawHere) {
          response.addRawOutputContents(ByteString.EMPTY); // Keeps the place: clients count.
        }
      } else if (rawHere) {
        // Nobody writes to a tensor once it is here, so it is sent from where it is.
        response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.content()));
      } else {
        tensor.setContents(TypedContents.write(output.content(), output.spec().type()));
      }
      response.addOutputs(tensor);
    }
    return response.build();
  }

  private static void tell(Place place, Reply.Output output, InferOutputTensor.Builder tensor) {
    tensor
        .putParameters(Span.REGION, parameter(place.region()))
        .putParameters(Span.OFFSET, parameter(place.offset()))
        .putParameters(Span.BYTES, parameter(output.content().remaining()));
  }

  /** Of strings, truths and integers, which are all that answers have. */
  static InferParameter parameter(Object value) {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    return switch (value) {
      case Boolean truth -> parameter.setBoolParam(truth).build();
      case Number number -> parameter.setInt64Param(number.longValue()).build();
      default -> parameter.setStringParam(value.toString()).build();
    };
  }
}
