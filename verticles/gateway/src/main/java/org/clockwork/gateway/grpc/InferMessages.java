package org.clockwork.gateway.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.clockwork.core.gateway.Shown;
import org.clockwork.core.gateway.Submission.NamedTensor;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelName;
import org.clockwork.gateway.json.Fields;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.json.TensorJson;
import org.clockwork.gateway.oip.Question;
import org.clockwork.gateway.oip.Question.OutputWish;
import org.clockwork.gateway.oip.Reply;
import org.clockwork.gateway.oip.Wishes;
import org.clockwork.protocol.inference.InferParameter;
import org.clockwork.protocol.inference.ModelInferRequest;
import org.clockwork.protocol.inference.ModelInferRequest.InferInputTensor;
import org.clockwork.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import org.clockwork.protocol.inference.ModelInferResponse;
import org.clockwork.protocol.inference.ModelInferResponse.InferOutputTensor;

/** Inferences as gRPC's messages have them. */
final class InferMessages {
  private InferMessages() {}

  static Question question(ModelInferRequest request, Wishes wishes) throws MalformedException {
    return new Question(
        request.getId(),
        wishes.and(parameters(request.getParametersMap(), "parameters.")),
        inputs(request),
        outputs(request));
  }

  /** Whoever sent elements one by one gets them so. */
  static boolean raw(ModelInferRequest request) {
    return request.getInputsList().stream().noneMatch(InferInputTensor::hasContents);
  }

  private static List<NamedTensor> inputs(ModelInferRequest request) throws MalformedException {
    int raws = request.getRawInputContentsCount();
    if (raws > 0 && raws != request.getInputsCount()) {
      throw new MalformedException(
          "raw_input_contents has %d elements; one for each of %d inputs is expected"
              .formatted(raws, request.getInputsCount()));
    }
    List<NamedTensor> inputs = new ArrayList<>(request.getInputsCount());
    for (int i = 0; i < request.getInputsCount(); i++) {
      InferInputTensor input = request.getInputs(i);
      try {
        inputs.add(input(input, raws > 0 ? List.of(request.getRawInputContents(i)) : List.of()));
      } catch (MalformedException wrong) {
        throw new MalformedException(
            "input %s: %s".formatted(Shown.text(input.getName()), wrong.getMessage()));
      }
    }
    return inputs;
  }

  private static NamedTensor input(InferInputTensor input, List<ByteString> raw)
      throws MalformedException {
    refuseSharedMemory(input.getParametersMap());
    DataType type = TensorJson.type(input.getDatatype(), "datatype");
    if (!raw.isEmpty() && input.hasContents()) {
      throw new MalformedException(
          "contents and raw_input_contents are both there; one is expected");
    }
    ByteBuffer content =
        raw.isEmpty()
            ? TypedContents.read(input.getContents(), type)
            : raw.getFirst().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    TensorJson.expectBytes(
        input.getName(), "its data", content.remaining(), type, input.getShapeList());
    return new NamedTensor(input.getName(), type, input.getShapeList(), content);
  }

  private static List<OutputWish> outputs(ModelInferRequest request) throws MalformedException {
    List<OutputWish> outputs = new ArrayList<>(request.getOutputsCount());
    for (InferRequestedOutputTensor output : request.getOutputsList()) {
      Fields parameters = parameters(output.getParametersMap(), "parameters.");
      if (parameters.has("shared_memory_region") || parameters.number("classification") > 0) {
        throw new MalformedException(
            "output %s: neither shared memory nor classification is supported; take the data"
                .formatted(Shown.text(output.getName())));
      }
      outputs.add(new OutputWish(output.getName(), true));
    }
    return outputs;
  }

  private static void refuseSharedMemory(Map<String, InferParameter> parameters)
      throws MalformedException {
    if (parameters.containsKey("shared_memory_region")) {
      throw new MalformedException("shared memory is not supported; send the data");
    }
  }

  private static Fields parameters(Map<String, InferParameter> parameters, String where) {
    JsonObject json = new JsonObject();
    parameters.forEach((name, value) -> json.put(name, value(value)));
    return new Fields(json, where);
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
      if (rawHere) {
        // Nobody writes to a tensor once it is here, so it is sent from where it is.
        response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.content()));
      } else {
        tensor.setContents(TypedContents.write(output.content(), output.spec().type()));
      }
      response.addOutputs(tensor);
    }
    return response.build();
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
