package org.clockwork.gateway.oip;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.gateway.ModelStatistics;
import org.clockwork.core.gateway.ModelStatistics.Spent;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.model.DataType;
import org.clockwork.core.model.ModelName;
import org.clockwork.core.model.TensorSpec;
import org.clockwork.gateway.ModelJson;
import org.clockwork.protocol.inference.InferBatchStatistics;
import org.clockwork.protocol.inference.InferStatistics;
import org.clockwork.protocol.inference.ModelConfig;
import org.clockwork.protocol.inference.ModelDynamicBatching;
import org.clockwork.protocol.inference.ModelInput;
import org.clockwork.protocol.inference.ModelMetadataResponse;
import org.clockwork.protocol.inference.ModelMetadataResponse.TensorMetadata;
import org.clockwork.protocol.inference.ModelOutput;
import org.clockwork.protocol.inference.RepositoryIndexResponse.ModelIndex;
import org.clockwork.protocol.inference.ServerMetadataResponse;
import org.clockwork.protocol.inference.StatisticDuration;

/**
 * The server and its models in the protocol's words. gRPC sends these messages as they are, REST as
 * JSON of the same fields.
 */
public final class Catalogue {
  private static final String PLATFORM = "clockwork";
  private static final long ANY_BATCH = -1;

  private static final ServerMetadataResponse PLAIN =
      ServerMetadataResponse.newBuilder()
          .setName("clockwork")
          .setVersion(version())
          .addAllExtensions(
              List.of(
                  "binary_tensor_data",
                  "model_configuration",
                  "model_repository",
                  "parameters",
                  "schedule_policy",
                  "statistics"))
          .build();
  private static final ServerMetadataResponse SHARING =
      PLAIN.toBuilder().addExtensions("system_shared_memory").build();

  private Catalogue() {}

  /**
   * @param shares whether it shares memory with clients
   */
  public static ServerMetadataResponse server(boolean shares) {
    return shares ? SHARING : PLAIN;
  }

  private static String version() {
    String version = Catalogue.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  static ModelMetadataResponse metadata(ModelStatus.Ready model, List<ModelStatus> versions) {
    return ModelMetadataResponse.newBuilder()
        .setName(ModelName.of(model.name()).unversioned())
        .addAllVersions(
            versions.stream()
                .filter(ModelStatus.Ready.class::isInstance)
                .map(version -> ModelName.of(version.name()).versionText())
                .toList())
        .setPlatform(PLATFORM)
        .addAllInputs(model.spec().inputs().stream().map(Catalogue::tensor).toList())
        .addAllOutputs(model.spec().outputs().stream().map(Catalogue::tensor).toList())
        .build();
  }

  private static TensorMetadata tensor(TensorSpec spec) {
    List<Long> shape = new ArrayList<>();
    shape.add(ANY_BATCH);
    shape.addAll(spec.declaredShape());
    return TensorMetadata.newBuilder()
        .setName(spec.name())
        .setDatatype(spec.type().name())
        .addAllShape(shape)
        .build();
  }

  public static ModelConfig config(ModelStatus.Ready model) {
    return ModelConfig.newBuilder()
        .setName(ModelName.of(model.name()).unversioned())
        .setPlatform(PLATFORM)
        .setBackend(PLATFORM)
        .setMaxBatchSize(model.largestBatch())
        .addAllInput(
            model.spec().inputs().stream()
                .map(
                    spec ->
                        ModelInput.newBuilder()
                            .setName(spec.name())
                            .setDataType(type(spec.type()))
                            .addAllDims(spec.declaredShape())
                            .build())
                .toList())
        .addAllOutput(
            model.spec().outputs().stream()
                .map(
                    spec ->
                        ModelOutput.newBuilder()
                            .setName(spec.name())
                            .setDataType(type(spec.type()))
                            .addAllDims(spec.declaredShape())
                            .build())
                .toList())
        .setDynamicBatching(ModelDynamicBatching.getDefaultInstance())
        .build();
  }

  private static org.clockwork.protocol.inference.DataType type(DataType type) {
    return org.clockwork.protocol.inference.DataType.valueOf("TYPE_" + type.name());
  }

  public static ModelIndex index(ModelStatus status) {
    ModelName name = ModelName.of(status.name());
    ModelIndex.Builder index =
        ModelIndex.newBuilder().setName(name.unversioned()).setVersion(name.versionText());
    return switch (status) {
      case ModelStatus.Ready _ -> index.setState("READY").build();
      case ModelStatus.Registering _ -> index.setState("LOADING").build();
      case ModelStatus.Unavailable _, ModelStatus.Versioned _, ModelStatus.Gone _ ->
          index.setState("UNAVAILABLE").setReason(reason(status)).build();
    };
  }

  /** Why a model is not ready. */
  public static String reason(ModelStatus status) {
    return ModelJson.reason(status);
  }

  /** Everything that got no result counts as failed, refusals included; who gave up does not. */
  public static org.clockwork.protocol.inference.ModelStatistics statistics(
      String model, ModelStatistics counted) {
    ModelName name = ModelName.of(model);
    return org.clockwork.protocol.inference.ModelStatistics.newBuilder()
        .setName(name.unversioned())
        .setVersion(name.versionText())
        .setInferenceCount(counted.rows())
        .setExecutionCount(counted.executions())
        .setInferenceStats(
            InferStatistics.newBuilder()
                .setSuccess(duration(counted.succeeded()))
                .setFail(duration(counted.unanswered()))
                .setQueue(duration(counted.queue()))
                .setComputeInput(duration(counted.input()))
                .setComputeInfer(duration(counted.exec()))
                .setComputeOutput(duration(counted.output()))
                .setCacheHit(duration(Spent.NONE))
                .setCacheMiss(duration(Spent.NONE)))
        .addAllBatchStats(counted.batches().stream().map(Catalogue::batch).toList())
        .build();
  }

  private static InferBatchStatistics batch(ModelStatistics.Batch batch) {
    return InferBatchStatistics.newBuilder()
        .setBatchSize(batch.size())
        .setComputeInput(duration(batch.input()))
        .setComputeInfer(duration(batch.exec()))
        .setComputeOutput(duration(batch.output()))
        .build();
  }

  private static StatisticDuration duration(Spent spent) {
    return StatisticDuration.newBuilder().setCount(spent.count()).setNs(spent.nanos()).build();
  }
}
