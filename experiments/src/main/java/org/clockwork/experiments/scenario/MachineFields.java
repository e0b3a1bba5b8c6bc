package org.clockwork.experiments.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.core.device.ModelSource.Measured;
import org.clockwork.core.device.SimulatedDevice;
import org.clockwork.experiments.Setting;

/** The key {@code gpus}: workers, how many GPUs of which size each has, and which models. */
final class MachineFields {
  private static final int MACHINES_MAX = 1_000;
  private static final int GPUS_MAX = 64;
  private static final int PAGES_MAX = 1_000_000;

  private MachineFields() {}

  /** Workers are numbered from 0 in the order of the file. */
  static List<Setting.Machine> read(JsonFields fields, ScenarioModels models) {
    fields.require("gpus");
    List<Setting.Machine> machines = new ArrayList<>();
    Optional<List<JsonFields>> groups = fields.objects("gpus");
    groups.orElse(List.of()).forEach(group -> machines.addAll(group(group, models)));
    if (groups.isPresent() && groups.get().isEmpty()) {
      fields.refuse("gpus", "is empty; expected at least one worker with a GPU");
    }
    return machines;
  }

  private static List<Setting.Machine> group(JsonFields fields, ScenarioModels models) {
    int machines = fields.integer("machines", 1, MACHINES_MAX).map(Math::toIntExact).orElse(1);
    int gpus = fields.integer("gpus", 1, GPUS_MAX).map(Math::toIntExact).orElse(1);
    int pages = fields.integer("pages", 1, PAGES_MAX).map(Math::toIntExact).orElse(Setting.PAGES);
    List<Measured> held = new ArrayList<>();
    Optional<List<String>> named = fields.texts("models");
    for (String name : named.orElse(List.copyOf(models.names()))) {
      Optional<Measured> source = models.source(name);
      source.ifPresent(held::add);
      if (source.isEmpty()) {
        fields.refuse("models", "names '%s', which is not among the scenario's".formatted(name));
      }
    }
    held.stream()
        .filter(model -> named.isPresent() && model.profile().pages() > pages)
        .forEach(
            model ->
                fields.refuse(
                    "models",
                    "names '%s', whose weights need %d pages; these GPUs have %d"
                        .formatted(model.name(), model.profile().pages(), pages)));
    fields.refuseOthers();
    Setting.Machine machine =
        new Setting.Machine(
            Collections.nCopies(gpus, SimulatedDevice.specWithPages(pages)),
            List.copyOf(held.stream().filter(model -> model.profile().pages() <= pages).toList()));
    return Collections.nCopies(machines, machine);
  }
}
