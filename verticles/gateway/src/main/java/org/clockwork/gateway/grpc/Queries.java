package org.clockwork.gateway.grpc;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.clockwork.codecs.audit.Caller;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.gateway.Readiness;
import org.clockwork.gateway.json.MalformedException;
import org.clockwork.gateway.oip.Catalogue;
import org.clockwork.gateway.oip.ComplaintException;
import org.clockwork.gateway.oip.Gate;
import org.clockwork.gateway.oip.LoadWish;
import org.clockwork.gateway.oip.Settings;
import org.clockwork.protocol.inference.LogSettingsRequest;
import org.clockwork.protocol.inference.LogSettingsResponse;
import org.clockwork.protocol.inference.ModelConfigRequest;
import org.clockwork.protocol.inference.ModelConfigResponse;
import org.clockwork.protocol.inference.ModelMetadataRequest;
import org.clockwork.protocol.inference.ModelMetadataResponse;
import org.clockwork.protocol.inference.ModelReadyRequest;
import org.clockwork.protocol.inference.ModelReadyResponse;
import org.clockwork.protocol.inference.ModelRepositoryParameter;
import org.clockwork.protocol.inference.ModelStatistics;
import org.clockwork.protocol.inference.ModelStatisticsRequest;
import org.clockwork.protocol.inference.ModelStatisticsResponse;
import org.clockwork.protocol.inference.RepositoryIndexRequest;
import org.clockwork.protocol.inference.RepositoryIndexResponse;
import org.clockwork.protocol.inference.RepositoryModelLoadRequest;
import org.clockwork.protocol.inference.RepositoryModelLoadResponse;
import org.clockwork.protocol.inference.RepositoryModelUnloadRequest;
import org.clockwork.protocol.inference.RepositoryModelUnloadResponse;
import org.clockwork.protocol.inference.ServerReadyRequest;
import org.clockwork.protocol.inference.ServerReadyResponse;
import org.clockwork.protocol.inference.TraceSettingRequest;
import org.clockwork.protocol.inference.TraceSettingResponse;

/** Everything over gRPC that is no inference, each a function from its request. */
record Queries(Gate gate) {

  Future<ServerReadyResponse> serverReady(ServerReadyRequest request) {
    return gate.readiness()
        .map(Readiness::ready)
        .map(ready -> ServerReadyResponse.newBuilder().setReady(ready).build());
  }

  Future<ModelReadyResponse> modelReady(ModelReadyRequest request) {
    return gate.model(request.getName(), request.getVersion())
        .map(ModelStatus.Ready.class::isInstance)
        .map(ready -> ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  Future<ModelMetadataResponse> metadata(ModelMetadataRequest request) {
    return gate.metadata(request.getName(), request.getVersion());
  }

  Future<ModelConfigResponse> config(ModelConfigRequest request) {
    return gate.ready(request.getName(), request.getVersion())
        .map(Catalogue::config)
        .map(config -> ModelConfigResponse.newBuilder().setConfig(config).build());
  }

  /** Of all models where none is named. */
  Future<ModelStatisticsResponse> statistics(ModelStatisticsRequest request) {
    Future<List<ModelStatus>> models =
        request.getName().isEmpty()
            ? gate.models()
            : gate.model(request.getName(), request.getVersion()).map(List::of);
    return models
        .compose(all -> Future.all(all.stream().map(this::statistics).toList()))
        .map(
            all ->
                ModelStatisticsResponse.newBuilder()
                    .addAllModelStats(all.<ModelStatistics>list())
                    .build());
  }

  private Future<ModelStatistics> statistics(ModelStatus model) {
    return gate.statistics(model.name())
        .map(counted -> Catalogue.statistics(model.name(), counted));
  }

  Future<RepositoryIndexResponse> index(RepositoryIndexRequest request) {
    return gate.models()
        .map(
            models ->
                RepositoryIndexResponse.newBuilder()
                    .addAllModels(
                        models.stream()
                            .filter(
                                model -> !request.getReady() || model instanceof ModelStatus.Ready)
                            .map(Catalogue::index)
                            .toList())
                    .build());
  }

  Future<RepositoryModelLoadResponse> load(Caller caller, RepositoryModelLoadRequest request) {
    ModelRepositoryParameter source = request.getParametersMap().get(LoadWish.SOURCE);
    try {
      return gate.load(
              caller,
              request.getModelName(),
              LoadWish.source(
                  request.getModelName(),
                  request.getParametersMap().keySet(),
                  Optional.ofNullable(source).map(ModelRepositoryParameter::getStringParam)))
          .map(RepositoryModelLoadResponse.getDefaultInstance());
    } catch (MalformedException wrong) {
      return Future.failedFuture(wrong);
    }
  }

  Future<RepositoryModelUnloadResponse> unload(
      Caller caller, RepositoryModelUnloadRequest request) {
    return gate.unload(caller, request.getModelName())
        .map(RepositoryModelUnloadResponse.getDefaultInstance());
  }

  Future<TraceSettingResponse> trace(TraceSettingRequest request) {
    if (request.getSettingsCount() > 0) {
      return Future.failedFuture(new ComplaintException(Settings.readOnly()));
    }
    TraceSettingResponse.Builder response = TraceSettingResponse.newBuilder();
    Settings.TRACE.forEach(
        (name, values) ->
            response.putSettings(
                name, TraceSettingResponse.SettingValue.newBuilder().addAllValue(values).build()));
    return Future.succeededFuture(response.build());
  }

  Future<LogSettingsResponse> log(LogSettingsRequest request) {
    if (request.getSettingsCount() > 0) {
      return Future.failedFuture(new ComplaintException(Settings.readOnly()));
    }
    LogSettingsResponse.Builder response = LogSettingsResponse.newBuilder();
    Settings.LOG.forEach((name, value) -> response.putSettings(name, setting(value)));
    return Future.succeededFuture(response.build());
  }

  private static LogSettingsResponse.SettingValue setting(Object value) {
    LogSettingsResponse.SettingValue.Builder setting =
        LogSettingsResponse.SettingValue.newBuilder();
    return switch (value) {
      case Boolean truth -> setting.setBoolParam(truth).build();
      case Integer number -> setting.setUint32Param(number).build();
      default -> setting.setStringParam(value.toString()).build();
    };
  }
}
