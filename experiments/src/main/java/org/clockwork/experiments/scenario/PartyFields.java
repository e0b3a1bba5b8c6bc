package org.clockwork.experiments.scenario;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.TenantFields;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.gateway.GatewayConfig;
import org.clockwork.core.gateway.Objective;
import org.clockwork.core.request.Request;
import org.clockwork.core.trace.AzureSynth;
import org.clockwork.core.workload.ArrivalProcess;
import org.clockwork.core.workload.Choices;
import org.clockwork.core.workload.Workload;
import org.clockwork.core.workload.Workload.Aim;
import org.clockwork.core.workload.Workload.Copies;
import org.clockwork.core.workload.Workload.Stream;
import org.clockwork.core.workload.Workloads;
import org.clockwork.experiments.Setting;

/** The key {@code parties}: clients, each with a published workload or with streams of its own. */
final class PartyFields {
  private static final double FACTOR_MAX = 1_000_000;

  /** Of the made-up trace that the azure workloads replay here, so that a scenario is one file. */
  private static final long TRACE_SEED = 1;

  /** As reports call the sum of all parties. */
  private static final String EVERYBODY = "all";

  private final ScenarioModels models;
  private final Set<String> held;

  /** Before any was read; there is no need to complain of models when there is no machine. */
  private final boolean machinesKnown;

  PartyFields(ScenarioModels models, List<Setting.Machine> machines) {
    this.models = models;
    this.machinesKnown = !machines.isEmpty();
    this.held =
        machines.stream()
            .flatMap(machine -> machine.sources().stream())
            .map(ModelSource::name)
            .collect(Collectors.toSet());
  }

  List<Setting.Party> read(JsonFields fields) {
    fields.require("parties");
    Optional<List<JsonFields>> objects = fields.objects("parties");
    if (objects.isPresent() && objects.get().isEmpty()) {
      fields.refuse("parties", "is empty; nobody would ask for anything");
    }
    Set<String> names = new HashSet<>();
    return ScenarioFile.each(objects, object -> party(object, names));
  }

  private Optional<Setting.Party> party(JsonFields fields, Set<String> names) {
    String name = fields.text("name").orElse("party " + (names.size() + 1));
    if (name.equals(EVERYBODY)) {
      fields.refuse("name", "is 'all', which stands for all parties together");
    }
    if (!names.add(name)) {
      fields.refuse(
          "name", "'%s' is that of another party; figures are kept by name".formatted(name));
    }
    boolean published = fields.has("workload");
    if (published == fields.has("streams")) {
      fields.refuse(
          published ? "streams" : "workload",
          published
              ? "stands beside 'workload'; a party has one of the two"
              : "is missing, and so is 'streams'; a party has one of the two");
      fields.value("workload");
      fields.value("streams");
    }
    Optional<Workload> workload = published ? published(fields) : streams(name, fields);
    fields.refuseOthers();
    workload.ifPresent(made -> checkHeld(made, published ? "workload" : "streams", fields));
    return workload.map(made -> new Setting.Party(name, made));
  }

  private void checkHeld(Workload workload, String key, JsonFields fields) {
    List<String> missing =
        workload.models().stream()
            .map(Copies::source)
            .filter(source -> machinesKnown && !held.contains(source))
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      fields.refuse(
          key,
          "needs %s, which no worker holds; see 'models' and 'pages' of 'gpus'"
              .formatted(String.join(", ", missing)));
    }
  }

  private Optional<Workload> published(JsonFields fields) {
    Choices usual = Choices.PUBLISHED;
    Choices choices =
        new Choices(
            fields.text("model").orElse(usual.model()),
            objective(fields),
            tenant(fields),
            new AzureSynth(AzureSynth.FUNCTIONS, TRACE_SEED),
            TRACE_SEED);
    List<String> words = fields.texts("workload").orElse(List.of());
    if (words.isEmpty()) {
      fields.refuse(
          "workload",
          "needs a name and its parameters, as in [\"poisson-open-loop\", \"15\", \"500\"]; "
              + Workloads.thereAre());
      return Optional.empty();
    }
    try {
      return Optional.of(
          Workloads.named(words.getFirst(), words.subList(1, words.size()), choices));
    } catch (IllegalArgumentException e) {
      fields.refuse("workload", "can't be offered: " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Workload> streams(String name, JsonFields fields) {
    Map<String, Integer> copies = new LinkedHashMap<>();
    List<Stream> streams = new ArrayList<>();
    ScenarioFile.each(fields.objects("streams"), object -> Optional.of(streams(object, copies)))
        .forEach(streams::addAll);
    List<Copies> needed = new ArrayList<>();
    copies.forEach((source, count) -> needed.add(new Copies(source, count)));
    return streams.isEmpty() ? Optional.empty() : Optional.of(new Workload(name, needed, streams));
  }

  /** One for each model, so that arrivals at one know nothing of those at another. */
  private List<Stream> streams(JsonFields fields, Map<String, Integer> copies) {
    Optional<List<String>> given = fields.texts("models");
    Aim aim = new Aim.Same(objective(fields));
    String tenant = tenant(fields);
    int priority = priority(fields);
    fields.require("arrivals");
    Optional<JsonFields> arrivals = fields.object("arrivals");
    fields.refuseOthers();
    ScenarioModels.Named named;
    try {
      named = given.map(models::named).orElseGet(models::all);
    } catch (IllegalArgumentException e) {
      fields.refuse("models", e.getMessage());
      return List.of();
    }
    if (named.names().isEmpty()) {
      fields.refuse("models", "is empty; name one, or leave the key out to mean all");
      return List.of();
    }
    copies.putAll(named.copies());
    Optional<ArrivalProcess> process =
        arrivals.flatMap(object -> ArrivalFields.read(object, named.names().size()));
    List<Stream> streams = new ArrayList<>();
    for (String model : named.names()) {
      process.ifPresent(
          each ->
              streams.add(new Stream(List.of(model), each, aim, tenant).withPriority(priority)));
    }
    return streams;
  }

  private static Objective objective(JsonFields fields) {
    double longestMillis = GatewayConfig.DEFAULT.maxSloNanos() / 1e6;
    return new Objective(
        fields.millisAsNanos("slo_millis", 0.001, longestMillis),
        fields.decimal("slo_factor", 0.001, FACTOR_MAX));
  }

  private static int priority(JsonFields fields) {
    return fields.integer("priority", 0, Integer.MAX_VALUE).map(Math::toIntExact).orElse(0);
  }

  private static String tenant(JsonFields fields) {
    String tenant = fields.text("tenant").orElse(Request.DEFAULT_TENANT);
    if (tenant.isBlank() || tenant.length() > TenantFields.NAME_CHARS_MAX) {
      fields.refuse(
          "tenant", "is blank or longer than " + TenantFields.NAME_CHARS_MAX + " characters");
    }
    return tenant;
  }
}
